//! What is public is attacked: every number of persons that could follow from it is sought, and none may be found.
//!
//! The attacker has one public output, in its most detailed form: JSON, and nothing but its text. He knows how it was made and
//! `least`; that a whole has its groups, kinds of applicant and months for parts; that rows are hits and misses; which
//! counts are withheld; that what is withheld is not zero. From this he makes every linear relation there is, bounds what each
//! number may have been before it was rounded, and asks of each count that is withheld what it is at least and at most: by
//! exact linear programming ([`attacker`]), in fractions, without error. He has won where a count from 1 to `least` − 1 can be
//! no larger than that, or where a withheld one has one possible value.
//!
//! He is let loose on tables of counts ([`tables`]), where he loses although everything that is not withheld is told
//! exactly; and on scorecards of small made-up logs ([`cards`]): with every fence, and with numbers told exactly, so that
//! suppression alone must hold. With a fence down he wins, or the test fails that says so: that is how it is known that he
//! can.

mod attacker;
mod cards;
mod city;
mod forms;
mod indices;
mod rounding;
mod said;
mod tables;
mod told;
