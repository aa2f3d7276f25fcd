//! Random dossiers, answers and petitions of days, through the program and through code that takes rows one by one.

use super::figure;
use crate::naive::chance::Chance;
use crate::workbench::Workbench;
use chrono::{Days, NaiveDate};
use giamtang::calendar::Calendar;
use giamtang::{Study, Undefined};
use std::collections::BTreeMap;

struct Dossier {
    received: NaiveDate,
    due: Option<NaiveDate>,
    finished: Option<NaiveDate>,
    outcome: &'static str,
    applicant: &'static str,
}

struct Answer {
    at: NaiveDate,
    case: Option<usize>,
    score: u64,
}

struct Petition {
    received: NaiveDate,
    due: Option<NaiveDate>,
    answered: Option<NaiveDate>,
    case: Option<usize>,
    subject: Option<u64>,
    dissatisfied: Option<bool>,
    repeated: Option<bool>,
}

struct Drawn {
    dossiers: Vec<Dossier>,
    answers: Vec<Answer>,
    petitions: Vec<Petition>,
    calendar: Calendar,
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, month, day).expect("a date")
}

/// The day that begins at the cut-off; the window is March.
fn cutoff() -> NaiveDate {
    day(4, 1)
}

fn within(at: NaiveDate) -> bool {
    day(3, 1) <= at && at < cutoff()
}

fn about(chance: &mut Chance) -> NaiveDate {
    day(2, 1) + Days::new(chance.below(70))
}

impl Drawn {
    fn new(seed: u64) -> Self {
        let chance = &mut Chance::new(seed);
        let calendar = Study::of_calendar("vietnam").calendar().expect("a calendar");
        let dossier = |chance: &mut Chance| {
            let received = about(chance);
            let later = |chance: &mut Chance| received + Days::new(chance.below(25));
            let (due, finished) = (chance.maybe(85, later), chance.maybe(80, later));
            let outcome = chance.one_of(&["", "granted", "granted", "refused", "withdrawn", "returned"]);
            Dossier {
                received,
                due,
                finished,
                outcome,
                applicant: chance.one_of(&["citizen", "business", "agency", ""]),
            }
        };
        let answer = |chance: &mut Chance| Answer {
            at: about(chance),
            case: chance.maybe(80, |chance| chance.below(45) as usize),
            score: 1 + chance.below(5),
        };
        let petition = |chance: &mut Chance| {
            let received = day(1, 1) - Days::new(30) + Days::new(chance.below(140));
            let later = |chance: &mut Chance| received + Days::new(chance.below(30));
            Petition {
                received,
                due: chance.maybe(30, later),
                answered: chance.maybe(70, later),
                case: chance.maybe(40, |chance| chance.below(45) as usize),
                subject: chance.maybe(40, |chance| chance.below(12)),
                dissatisfied: chance.maybe(40, |chance| chance.hundred(50)),
                repeated: chance.maybe(20, |chance| chance.hundred(50)),
            }
        };
        let dossiers = (0..40).map(|_| dossier(chance)).collect();
        let answers = (0..40).map(|_| answer(chance)).collect();
        let petitions = (0..40).map(|_| petition(chance)).collect();
        Self { dossiers, answers, petitions, calendar }
    }

    fn write(&self, bench: &Workbench) {
        let on = |at: Option<NaiveDate>| at.map(|at| at.to_string()).unwrap_or_default();
        let id = |case: Option<usize>| case.map(|case| format!("C{case}")).unwrap_or_default();
        let says = |flag: Option<bool>| flag.map(|flag| flag.to_string()).unwrap_or_default();
        let mut cases = "case_id,received_at,due_at,finished_at,outcome,applicant\n".to_owned();
        for (case, own) in self.dossiers.iter().enumerate() {
            let Dossier { received, due, finished, outcome, applicant } = own;
            cases += &format!("C{case},{received},{},{},{outcome},{applicant}\n", on(*due), on(*finished));
        }
        let mut answers = "at,case_id,score\n".to_owned();
        self.answers.iter().for_each(|own| answers += &format!("{},{},{}\n", own.at, id(own.case), own.score));
        let mut petitions =
            "petition_id,received_at,due_at,answered_at,case_id,subject,dissatisfied,repeated\n".to_owned();
        for (place, own) in self.petitions.iter().enumerate() {
            let subject = own.subject.map(|subject| format!("S{subject}")).unwrap_or_default();
            petitions += &format!(
                "{place},{},{},{},{},{subject},{},{}\n",
                own.received,
                on(own.due),
                on(own.answered),
                id(own.case),
                says(own.dissatisfied),
                says(own.repeated)
            );
        }
        for (name, csv) in [("cases.csv", cases), ("answers.csv", answers), ("petitions.csv", petitions)] {
            bench.write(name, csv);
        }
    }

    /// The first answer of a dossier: its day, and whether it is satisfied; of one day the one that is not.
    fn first_answer(&self, case: usize) -> Option<(NaiveDate, bool)> {
        self.answers.iter().filter(|own| own.case == Some(case)).map(|own| (own.at, own.score >= 4)).min()
    }

    fn answer_by(&self, petition: &Petition) -> NaiveDate {
        let limit = || self.calendar.nth_working_day_after(petition.received, 15).expect("within the calendar");
        petition.due.unwrap_or_else(limit)
    }

    fn repeats(&self, own: &Petition) -> Option<bool> {
        let earlier = |other: &&Petition| {
            let same = (own.case.is_some() && own.case == other.case)
                || (own.subject.is_some() && own.subject == other.subject);
            same && other.received < own.received && own.received - other.received <= chrono::TimeDelta::days(90)
        };
        let found = self.petitions.iter().any(|other| earlier(&other));
        let known = own.case.is_some() || own.subject.is_some() || own.repeated.is_some();
        known.then_some(found || own.repeated == Some(true))
    }

    /// What each KPI asks of each row: `None` for one that is excluded.
    fn shares(&self) -> BTreeMap<&'static str, Vec<Option<bool>>> {
        let mut shares: BTreeMap<&'static str, Vec<Option<bool>>> = BTreeMap::new();
        let mut put = |id, row| shares.entry(id).or_default().push(row);
        self.answers.iter().filter(|own| within(own.at)).for_each(|own| put("top_two_box", Some(own.score >= 4)));
        for (case, own) in self.dossiers.iter().enumerate() {
            let ended = own.finished.filter(|at| *at < cutoff());
            let is_out = ended.is_some() && ["withdrawn", "returned"].contains(&own.outcome);
            if let Some(finished) = own.finished.filter(|at| within(*at)) {
                let last = finished + Days::new(30);
                let answered = self.first_answer(case).is_some_and(|(at, _)| at <= last);
                put("response_rate", (!is_out && last < cutoff()).then_some(answered));
            }
            if within(own.received) {
                let bad = |own: &&Answer| own.case == Some(case) && own.score <= 2 && own.at < cutoff();
                let petition = |own: &Petition| own.case == Some(case) && own.received < cutoff();
                let end = ended.unwrap_or(day(3, 31));
                let complained = self.answers.iter().any(|own| bad(&own))
                    || self.petitions.iter().any(petition)
                    || own.due.is_some_and(|due| end > due);
                put("no_complaint_766", Some(!complained));
            }
        }
        for own in &self.petitions {
            let by = self.answer_by(own);
            let in_time = own.answered.is_some_and(|at| at <= by);
            if within(by) {
                put("petitions_on_time", Some(in_time));
            }
            if within(own.received) {
                let bad =
                    own.dissatisfied == Some(true) || self.repeats(own) == Some(true) || (by < cutoff() && !in_time);
                put("petitions_satisfied", Some(!bad));
                put("repeat_petitions", self.repeats(own));
            }
        }
        shares
    }

    /// Of each gap the side of every dossier answered in the window, and whether it is satisfied.
    fn gaps(&self) -> BTreeMap<&'static str, Vec<(Option<bool>, bool)>> {
        let mut gaps: BTreeMap<&'static str, Vec<(Option<bool>, bool)>> = BTreeMap::new();
        for (case, own) in self.dossiers.iter().enumerate() {
            let Some((_, satisfied)) = self.first_answer(case).filter(|(at, _)| within(*at)) else { continue };
            let kind = match own.applicant {
                "citizen" => Some(true),
                "business" => Some(false),
                _ => None,
            };
            let ended = own.finished.filter(|at| *at < cutoff());
            let is_out = ended.is_some() && ["withdrawn", "returned"].contains(&own.outcome);
            let in_time = own.due.filter(|_| !is_out).and_then(|due| match ended {
                Some(at) => Some(at <= due),
                None => (due < cutoff()).then_some(false),
            });
            gaps.entry("gap").or_default().push((kind, satisfied));
            gaps.entry("gap_lateness").or_default().push((in_time, satisfied));
        }
        gaps
    }
}

#[test]
fn tables_say_what_row_by_row_code_says() {
    let mut figures = 0;
    for seed in 0..40 {
        let drawn = Drawn::new(seed);
        let bench = Workbench::new();
        drawn.write(&bench);
        let log = "log = { cases = ['cases.csv'], surveys = ['answers.csv'], petitions = ['petitions.csv'] }";
        let study = bench.study_of(log, "calendar.base = 'vietnam'\ncompare.cluster = 'none'");
        let card = super::card(&study);
        let mean: Vec<f64> =
            drawn.answers.iter().filter(|own| within(own.at)).map(|own| (own.score - 1) as f64 / 4.0).collect();
        let found = super::value(&card, super::MEAN);
        assert!((found - mean.iter().sum::<f64>() / mean.len() as f64).abs() < 1e-9, "seed {seed}: {found}");
        for (name, rows) in drawn.shares() {
            let known: Vec<bool> = rows.iter().copied().flatten().collect();
            let hits = known.iter().filter(|hit| **hit).count();
            let what = format!("seed {seed}: {name}");
            let Some(own) = figure(&card, &format!("satisfaction/{name}")).value() else {
                assert!(known.is_empty(), "{what}");
                continue;
            };
            let counts = [own.n, own.events, own.excluded.unwrap_or_default()];
            assert_eq!(counts, [known.len(), hits, rows.len() - known.len()].map(|count| count as u64), "{what}");
            figures += 1;
        }
        for (name, rows) in drawn.gaps() {
            let side = |side| rows.iter().filter(move |(own, _)| *own == Some(side)).map(|(_, hit)| *hit);
            let share = |own| side(own).filter(|hit| *hit).count() as f64 / side(own).count() as f64;
            let what = format!("seed {seed}: {name}");
            let own = figure(&card, &format!("satisfaction/{name}"));
            if side(true).count() == 0 || side(false).count() == 0 {
                assert_eq!(own.reason(), Some(&Undefined::NoRows), "{what}");
                continue;
            }
            let own = own.value().unwrap_or_else(|| panic!("{what}: {:?}", own.reason()));
            assert!((own.value - (share(true) - share(false))).abs() < 1e-9, "{what}: {}", own.value);
            let n = side(true).count() + side(false).count();
            assert_eq!([own.n, own.excluded.unwrap_or_default()], [n as u64, (rows.len() - n) as u64], "{what}");
            figures += 1;
        }
    }
    assert!(figures > 250, "{figures} figures");
}
