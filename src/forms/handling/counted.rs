//! Dossiers counted line by line out of the cube, and folded into the form's columns.

use super::recipes::{carried_over, class, ended, in_hand, in_period, waits};
use super::{Columns, Ended, Fields, Folding, Told, unless};
use crate::cube::{Content, Recipe};
use crate::error::Undefined;
use crate::forms::ground::{Ground, Group};
use crate::measure::{Ending, State, Timing};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// The dossiers of a line, by everything that a column asks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counted {
    in_hand: u64,
    online: u64,
    not_online: u64,
    no_channel: u64,
    other_channel: u64,
    carried_over: u64,
    ended: u64,
    /// By [`State::code`].
    states: [u64; 16],
    /// The open ones that wait, by [`Timing`].
    waiting: [u64; 4],
}

impl AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        let pairs = [
            (&mut self.in_hand, other.in_hand),
            (&mut self.online, other.online),
            (&mut self.not_online, other.not_online),
            (&mut self.no_channel, other.no_channel),
            (&mut self.other_channel, other.other_channel),
            (&mut self.carried_over, other.carried_over),
            (&mut self.ended, other.ended),
        ];
        let own = pairs.into_iter();
        let states = self.states.iter_mut().zip(other.states).chain(self.waiting.iter_mut().zip(other.waiting));
        own.chain(states).for_each(|(own, more)| *own += more);
    }
}

/// What the log cannot tell, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lacks {
    channel: Option<Undefined>,
    in_hand: Option<Undefined>,
    states: Option<Undefined>,
    waiting: Option<Undefined>,
    outcome: Option<Undefined>,
    status: Option<Undefined>,
    field: Option<Undefined>,
}

/// A line's unit, field and procedure.
type Key = [Option<String>; 3];

/// All lines of the form, and what is in none of them.
pub(super) struct Lines {
    lines: BTreeMap<Key, Counted>,
    by_unit: bool,
    by_procedure: bool,
    refused: u64,
    not_accepted: u64,
    pub(super) lacks: Lacks,
}

/// Where the columns that tell lines apart stand among a group's names.
struct Places {
    unit: Option<usize>,
    fields: [Option<usize>; 2],
    procedure: Option<usize>,
    status: Option<usize>,
    channel: Option<usize>,
}

/// The states of dossiers that were never accepted.
const REFUSED: &str = "refused_at_reception";
const NOT_ACCEPTED: &str = "submitted";

/// The channels of column 5.
const NOT_ONLINE: [&str; 2] = ["direct", "postal"];

impl Places {
    fn of(ground: &Ground<'_>) -> Self {
        let place = |column: &str| ground.place(column);
        Self {
            unit: place("unit"),
            fields: [place("field"), place("procedures.field")],
            procedure: place("procedure"),
            status: place("status"),
            channel: place("channel"),
        }
    }

    /// Its own field, or where it says none that of the catalogue.
    fn key(&self, group: Group<'_>) -> Key {
        let name = |place: Option<usize>| place.and_then(|place| group[place].clone());
        let field = self.fields.into_iter().find_map(name);
        [name(self.unit), field, name(self.procedure)]
    }

    fn is_of(place: Option<usize>, group: Group<'_>, name: &str) -> bool {
        place.is_some_and(|place| group[place].as_deref() == Some(name))
    }

    fn is_accepted(&self, group: Group<'_>) -> bool {
        ![REFUSED, NOT_ACCEPTED].into_iter().any(|status| Self::is_of(self.status, group, status))
    }
}

impl Lines {
    pub(super) fn read(ground: &Ground<'_>) -> Self {
        let places = Places::of(ground);
        let no_column =
            |place: Option<usize>, column: &str| place.is_none().then(|| Undefined::NoColumn(column.into()));
        let lacks = Lacks {
            channel: no_column(places.channel, "channel"),
            status: no_column(places.status, "status"),
            field: places.fields.iter().all(Option::is_none).then(|| Undefined::NoColumn("field".into())),
            ..Lacks::default()
        };
        let (by_unit, by_procedure) = (places.unit.is_some(), places.procedure.is_some());
        let lines = BTreeMap::new();
        let mut own = Self { lines, by_unit, by_procedure, refused: 0, not_accepted: 0, lacks };
        own.count(ground, &places);
        own
    }

    fn count(&mut self, ground: &Ground<'_>, places: &Places) {
        self.lacks.outcome = (ground.lacking)(&crate::measure::Measure::Name("outcome".into()).needs());
        self.lacks.in_hand = self.add(ground, places, &in_hand(), |own, _, n| own.in_hand += n);
        self.count_excluded(ground, places);
        self.add(ground, places, &in_period(), |own, group, n| own.add_received(places, group, n));
        self.add(ground, places, &carried_over(), |own, _, n| own.carried_over += n);
        self.add(ground, places, &ended(), |own, _, n| own.ended += n);
        for state in State::all() {
            let why = self.add(ground, places, &class(state), |own, _, n| own.states[state.code() as usize] += n);
            self.lacks.states = why;
        }
        for timing in Timing::ALL {
            let why = self.add(ground, places, &waits(timing), |own, _, n| own.waiting[timing as usize] += n);
            self.lacks.waiting = why;
        }
    }

    /// Adds what a recipe counts to the lines of those that were accepted; why there is nothing, if so.
    fn add(
        &mut self,
        ground: &Ground<'_>,
        places: &Places,
        recipe: &Recipe,
        mut add: impl FnMut(&mut Counted, Group<'_>, u64),
    ) -> Option<Undefined> {
        let cells = match ground.cells(recipe, ground.slot()) {
            Ok(cells) => cells,
            Err(why) => return Some(why),
        };
        for (group, cell) in cells.filter(|(group, _)| places.is_accepted(group)) {
            add(self.lines.entry(places.key(group)).or_default(), group, sum(&cell.content));
        }
        None
    }

    /// Those in hand that were never accepted: they are in no line.
    fn count_excluded(&mut self, ground: &Ground<'_>, places: &Places) {
        for (group, cell) in ground.cells(&in_hand(), ground.slot()).into_iter().flatten() {
            let n = sum(&cell.content);
            self.refused += if Places::is_of(places.status, group, REFUSED) { n } else { 0 };
            self.not_accepted += if Places::is_of(places.status, group, NOT_ACCEPTED) { n } else { 0 };
        }
    }

    /// All lines together.
    pub(super) fn whole(&self) -> Counted {
        total(self.lines.values())
    }

    /// The units, those without a name last; none where the form is not by unit.
    pub(super) fn units(&self) -> Vec<(Option<String>, Counted)> {
        let mut units: BTreeMap<Option<String>, Counted> = BTreeMap::new();
        for ([unit, ..], counted) in self.lines.iter().filter(|_| self.by_unit) {
            *units.entry(unit.clone()).or_default() += *counted;
        }
        let (unnamed, named): (Vec<_>, Vec<_>) = units.into_iter().partition(|(name, _)| name.is_none());
        named.into_iter().chain(unnamed).collect()
    }

    /// The fields of a unit, or of all of them.
    pub(super) fn fields(&self, unit: Option<&Option<String>>) -> Fields {
        let mut fields = Fields::new();
        let own = self.lines.iter().filter(|([name, ..], _)| unit.is_none_or(|unit| name == unit));
        for ([_, field, procedure], counted) in own {
            let (all, procedures) = fields.entry(field.clone()).or_default();
            *all += *counted;
            if self.by_procedure {
                *procedures.entry(procedure.clone()).or_default() += *counted;
            }
        }
        fields
    }

    /// What is told below the form.
    pub(super) fn told(&self, folding: Folding) -> Told {
        let (all, lacks) = (self.whole(), &self.lacks);
        let in_columns = |ending: Ending| match folding {
            Folding::ByDates => [
                all.of(ending, Timing::Early),
                all.of(ending, Timing::OnTime) + all.of(ending, Timing::Undated),
                all.of(ending, Timing::Overdue),
            ],
            Folding::Provincial => [0, all.ending(ending), 0],
        };
        let either = |first: &Option<Undefined>, other: &Option<Undefined>| first.clone().or_else(|| other.clone());
        let ended = |counts: [u64; 3]| either(&lacks.states, &lacks.outcome).map_or(Ok(counts), Err);
        let unnamed = |key: &Key| key[1].is_none();
        let no_field = total(self.lines.iter().filter(|(key, _)| unnamed(key)).map(|(_, counted)| counted)).in_hand;
        let finished = Ending::ALL.into_iter().filter(|ending| *ending != Ending::Open);
        let undated = finished.map(|ending| all.of(ending, Timing::Undated)).sum();
        Told {
            no_channel: unless(&lacks.channel, all.no_channel),
            other_channel: unless(&lacks.channel, all.other_channel),
            undated_resolved: unless(&lacks.states, undated),
            undated_in_progress: unless(&lacks.states, all.of(Ending::Open, Timing::Undated)),
            withdrawn: ended(in_columns(Ending::Withdrawn)),
            returned: ended(in_columns(Ending::Returned)),
            waiting: lacks.waiting.clone().map_or_else(|| Ok(all.waits(folding)), Err),
            refused: unless(&lacks.status, self.refused),
            not_accepted: unless(&lacks.status, self.not_accepted),
            no_field: unless(&lacks.field, no_field),
        }
    }
}

impl Counted {
    fn add_received(&mut self, places: &Places, group: Group<'_>, n: u64) {
        let channel = places.channel.and_then(|place| group[place].as_deref());
        let is_listed = channel.is_some_and(|channel| NOT_ONLINE.contains(&channel));
        match channel {
            Some("online") => self.online += n,
            _ => self.not_online += n,
        }
        self.no_channel += if channel.is_none() { n } else { 0 };
        self.other_channel += if channel.is_some_and(|channel| channel != "online" && !is_listed) { n } else { 0 };
    }

    fn of(&self, ending: Ending, timing: Timing) -> u64 {
        self.states[State { ending, timing }.code() as usize]
    }

    fn ending(&self, ending: Ending) -> u64 {
        Timing::ALL.into_iter().map(|timing| self.of(ending, timing)).sum()
    }

    /// The open ones that wait, by the columns 12 and 13.
    fn waits(&self, folding: Folding) -> [u64; 2] {
        let overdue = self.waiting[Timing::Overdue as usize];
        let all: u64 = self.waiting.iter().sum();
        if folding == Folding::Provincial { [all, 0] } else { [all - overdue, overdue] }
    }

    /// The columns of the form, and the five classes of what is resolved.
    pub(super) fn folded(&self, folding: Folding, lacks: &Lacks) -> (Columns, Ended) {
        use Ending::{Finished, Open, Returned, Withdrawn};
        use Timing::{Early, OnTime, Overdue, Undated};
        let in_time = |ending| self.of(ending, OnTime) + self.of(ending, Undated);
        let turned_away = self.ending(Withdrawn) + self.ending(Returned);
        let all = |count: &dyn Fn(Ending) -> u64| [Finished, Withdrawn, Returned].into_iter().map(count).sum::<u64>();
        let waits = self.waits(folding)[0].saturating_sub(self.waits(Folding::ByDates)[0]);
        let [early, on_time, overdue] = match folding {
            Folding::ByDates => [all(&|own| self.of(own, Early)), all(&in_time), all(&|own| self.of(own, Overdue))],
            Folding::Provincial => {
                [self.of(Finished, Early), in_time(Finished) + turned_away, self.of(Finished, Overdue)]
            }
        };
        let open_overdue = self.of(Open, Overdue) - waits;
        let within = self.of(Open, Early) + in_time(Open) + waits;
        let hand = |count| unless(&lacks.in_hand, count);
        let state = |count| unless(&lacks.states, count);
        let channel = |count| unless(&lacks.channel, count);
        let columns = [
            hand(self.in_hand),
            channel(self.online),
            channel(self.not_online),
            hand(self.carried_over),
            hand(self.ended),
            state(early),
            state(on_time),
            state(overdue),
            hand(self.in_hand - self.ended),
            state(within),
            state(open_overdue),
        ];
        let left = |ending| lacks.outcome.clone().map_or_else(|| state(self.ending(ending)), Err);
        let ended = Ended {
            early: state(self.of(Finished, Early)),
            on_time: state(in_time(Finished)),
            overdue: state(self.of(Finished, Overdue)),
            withdrawn: left(Withdrawn),
            returned: left(Returned),
        };
        (Columns(columns), ended)
    }
}

fn total<'a>(lines: impl Iterator<Item = &'a Counted>) -> Counted {
    let mut all = Counted::default();
    lines.for_each(|counted| all += *counted);
    all
}

/// The dossiers, or those that are a yes.
fn sum(content: &Content) -> u64 {
    match content {
        Content::Moments(moments) => u64::try_from(moments.sum).unwrap_or_default(),
        other => u64::try_from(other.rows()).unwrap_or_default(),
    }
}
