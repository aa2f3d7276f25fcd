//! Costs by procedure and kind of applicant, job by job: hours and money apart, and hours valued last.

use super::Worksheet;
use super::prices::{PricedJob, Prices};
use super::recipes::{DIMENSIONS, done, yearly};
use crate::cube::{Cell, Content};
use crate::error::{Error, Result, Undefined};
use crate::forms::ground::{Ground, Group, Known};
use crate::measure::Applicant;
use crate::stats::yearly_weights;
use std::collections::BTreeMap;

/// Money is kept in đồng·seconds/hour, as hours are once they are valued.
const HOUR: f64 = 3_600.0;

/// What one kind of applicant does for a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The procedure; absent where dossiers name none.
    pub procedure: Option<String>,
    /// The kind of applicant.
    pub applicant: Option<Applicant>,
    /// How often a year a subject applies; 1 where the tariff gives no volume.
    pub times: f64,
    /// The subjects of a year.
    pub subjects: f64,
    /// By the rules of the first window, or of the only one.
    pub before: Known<Rules>,
    /// By the rules of the last window; 0 where the procedure is no more.
    pub after: Known<Rules>,
    /// What is saved in a year.
    pub saving: Known<Saving>,
}

/// What a procedure asks by the rules of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Dossiers of a year.
    pub dossiers: f64,
    /// The jobs, in the order of the tariff; those that are not done are left out.
    pub jobs: Vec<Done>,
    /// Fees of a year, in đồng.
    pub fees: f64,
    /// All of it in a year.
    pub year: Year,
}

/// A job as it is done in a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The job's place in the tariff.
    pub job: usize,
    /// How often it is done in a year.
    pub times: f64,
    /// Hours of a year.
    pub hours: f64,
    /// The same valued, in đồng.
    pub labour: f64,
    /// Paid for it in a year.
    pub paid: f64,
}

/// What complying costs in a year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Year {
    /// Hours.
    pub hours: f64,
    /// The same valued, in đồng.
    pub labour: f64,
    /// What is paid, in đồng.
    pub money: f64,
    /// Both.
    pub total: f64,
}

/// What a simplification saves in a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saving {
    /// In đồng.
    pub absolute: f64,
    /// As a share of the cost before; none where that is 0.
    pub share: Option<f64>,
}

impl Saving {
    /// What is saved between two costs: `benefit = C_y(before) − C_y(after)`.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::forms::Saving;
    ///
    /// let saving = Saving::of(200.0, 150.0);
    /// assert_eq!((saving.absolute, saving.share), (50.0, Some(0.25)));
    /// assert_eq!(Saving::of(0.0, 10.0).share, None);
    /// ```
    pub fn of(before: f64, after: f64) -> Self {
        let absolute = before - after;
        Self { absolute, share: (before > 0.0).then(|| absolute / before) }
    }
}

impl Rules {
    /// What one dossier costs: C1.
    pub fn each(&self) -> Option<f64> {
        (self.dossiers > 0.0).then(|| self.year.total / self.dossiers)
    }

    fn nothing(dossiers: f64) -> Self {
        Self { dossiers, jobs: Vec::new(), fees: 0.0, year: Year::default() }
    }
}

/// A procedure and a kind of applicant, with the volume that they are of.
type Key = (Option<String>, Option<Applicant>, u16);

/// What the cube has of one of them, in whole numbers.
#[derive(Clone, Debug, Default)]
struct Sums {
    n: u64,
    labour: i128,
    money: i128,
    /// How often each job is done.
    times: Vec<i128>,
}

/// The sums of a window, with what each row stands for.
struct Window {
    sums: BTreeMap<Key, Sums>,
    weights: Vec<f64>,
    excluded: u64,
}

impl Window {
    fn read(ground: &Ground<'_>, prices: &Prices, slot: u8) -> Known<Self> {
        let recipe = yearly().ok_or(Undefined::NotAsked)?;
        let mut own = Self { sums: BTreeMap::new(), weights: Vec::new(), excluded: 0 };
        for (volume, group, cell) in ground.weekly(&recipe, slot)? {
            own.add_cost(ground, group, volume, cell, prices.jobs.len());
        }
        for job in 0..prices.jobs.len() {
            for (volume, group, cell) in ground.weekly(&done(job), slot)? {
                let sums = own.sums.entry(key(ground, group, volume)).or_default();
                if let (Some(times), Content::Moments(moments)) = (sums.times.get_mut(job), &cell.content) {
                    *times += moments.sum;
                }
            }
        }
        // What was left out whole has no line.
        own.sums.retain(|_, sums| sums.n > 0);
        let mut counted: BTreeMap<u16, i64> = BTreeMap::new();
        for ((.., volume), sums) in &own.sums {
            *counted.entry(*volume).or_default() += sums.n as i64;
        }
        let yearly: Vec<f64> = prices.volumes.iter().map(|(times, subjects)| times * subjects).collect();
        own.weights = yearly_weights(prices.days, &yearly, &counted);
        Ok(own)
    }

    fn add_cost(&mut self, ground: &Ground<'_>, group: Group<'_>, volume: u16, cell: &Cell, jobs: usize) {
        let sums = self.sums.entry(key(ground, group, volume)).or_default();
        sums.times.resize(jobs, 0);
        if let Content::Pairs(pairs) = &cell.content {
            sums.n += u64::try_from(pairs.n).unwrap_or_default();
            sums.labour += pairs.x;
            sums.money += pairs.y;
        }
        self.excluded += u64::try_from(cell.counts.excluded).unwrap_or_default();
    }

    fn weight(&self, volume: u16) -> f64 {
        self.weights.get(usize::from(volume)).copied().unwrap_or_default()
    }

    /// All of it in a year, volume by volume as `cost/compliance_total` sums it.
    fn year(&self, prices: &Prices) -> Year {
        let mut parts: BTreeMap<u16, (i128, i128, i128)> = BTreeMap::new();
        for ((.., volume), sums) in &self.sums {
            let part = parts.entry(*volume).or_default();
            *part = (part.0 + sums.labour, part.1 + sums.money, part.2 + sums.seconds(prices));
        }
        let sum = |of: &dyn Fn(&(i128, i128, i128)) -> f64| -> f64 {
            parts.iter().map(|(volume, part)| of(part) * self.weight(*volume)).sum::<f64>() / HOUR
        };
        Year {
            hours: sum(&|part| part.2 as f64),
            labour: sum(&|part| part.0 as f64),
            money: sum(&|part| part.1 as f64),
            total: sum(&|part| part.0 as f64 + part.1 as f64),
        }
    }

    /// What a procedure asks; nothing where it is not in force.
    fn rules(&self, key: &Key, prices: &Prices, dossiers: f64) -> Result<Rules> {
        let Some(sums) = self.sums.get(key) else { return Ok(Rules::nothing(dossiers)) };
        let income = key.1.and_then(|kind| prices.incomes.iter().find(|income| income.applicant == kind));
        sums.check(income.map(|income| income.vnd), prices)?;
        let (weight, income) = (self.weight(key.2), income.map_or(0, |income| income.vnd));
        let done = |(place, (job, times)): (usize, (&PricedJob, &i128))| {
            let times = *times as f64 * weight;
            let hours = times * job.seconds as f64 / HOUR;
            Done { job: place, times, hours, labour: hours * income as f64, paid: times * job.vnd() as f64 }
        };
        let jobs: Vec<Done> =
            prices.jobs.iter().zip(&sums.times).enumerate().map(done).filter(|job| job.times > 0.0).collect();
        let year = Year {
            hours: sums.seconds(prices) as f64 * weight / HOUR,
            labour: sums.labour as f64 * weight / HOUR,
            money: sums.money as f64 * weight / HOUR,
            total: (sums.labour as f64 + sums.money as f64) * weight / HOUR,
        };
        Ok(Rules { dossiers: sums.n as f64 * weight, jobs, fees: sums.fees(prices) as f64 * weight / HOUR, year })
    }
}

impl Sums {
    fn seconds(&self, prices: &Prices) -> i128 {
        prices.jobs.iter().zip(&self.times).map(|(job, times)| times * i128::from(job.seconds)).sum()
    }

    /// What is paid beside what jobs cost.
    fn fees(&self, prices: &Prices) -> i128 {
        let paid: i128 = prices.jobs.iter().zip(&self.times).map(|(job, times)| times * i128::from(job.vnd())).sum();
        self.money - 3_600 * paid
    }

    /// Fails where the jobs do not add up to the cost; all of these are whole numbers.
    fn check(&self, income: Option<i64>, prices: &Prices) -> Result<()> {
        let labour = self.seconds(prices) * i128::from(income.unwrap_or_default());
        match labour == self.labour && self.fees(prices) >= 0 {
            true => Ok(()),
            false => {
                Err(Error::broken("filling a worksheet", format!("jobs come to {labour}, the cost is {}", self.labour)))
            }
        }
    }
}

fn key(ground: &Ground<'_>, group: Group<'_>, volume: u16) -> Key {
    let [procedure, applicant] =
        DIMENSIONS.map(|column| ground.place(column).and_then(|place| group[place].as_deref()));
    (procedure.map(str::to_owned), applicant.and_then(Applicant::of_value), volume)
}

/// The worksheet of a cube.
pub(super) fn filled(ground: &Ground<'_>, prices: &Prices) -> Result<Worksheet> {
    let first = match Window::read(ground, prices, 0) {
        Ok(first) => first,
        Err(why) => return Ok(Worksheet::without(ground, prices, &why)),
    };
    let last = match ground.slot() {
        0 => Err(Undefined::OneWindow),
        slot => Window::read(ground, prices, slot),
    };
    let works = first.sums.iter().map(|(key, sums)| work(key, sums, &first, &last, prices));
    let works = works.collect::<Result<Vec<_>>>()?;
    let no_rows = || if works.is_empty() { Err(Undefined::NoRows) } else { Ok(()) };
    let before = no_rows().map(|()| first.year(prices));
    let after = no_rows().and_then(|()| last.as_ref().map(|last| last.year(prices)).map_err(Clone::clone));
    let saving = before.clone().and_then(|before| after.clone().map(|after| Saving::of(before.total, after.total)));
    let (head, prices, excluded) = (ground.head.clone(), prices.clone(), Ok(first.excluded));
    Ok(Worksheet { head, prices, works, before, after, saving, excluded })
}

fn work(key: &Key, sums: &Sums, first: &Window, last: &Known<Window>, prices: &Prices) -> Result<Work> {
    let dossiers = sums.n as f64 * first.weight(key.2);
    let volume = usize::from(key.2).checked_sub(1).and_then(|place| prices.volumes.get(place));
    let times = volume.map_or(1.0, |(times, _)| *times);
    let before = first.rules(key, prices, dossiers)?;
    let after = match last {
        Ok(last) => Ok(last.rules(key, prices, dossiers)?),
        Err(why) => Err(why.clone()),
    };
    let saving = after.as_ref().map(|after| Saving::of(before.year.total, after.year.total)).map_err(Clone::clone);
    let subjects = if times > 0.0 { dossiers / times } else { 0.0 };
    let (procedure, applicant, _) = key.clone();
    Ok(Work { procedure, applicant, times, subjects, before: Ok(before), after, saving })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Hanoi says of 1,508 of 1,721 procedures: from 671 to 263 billion đồng a year, "nearly 61 %".
    #[test]
    fn a_claim_is_worked_out_again() {
        let saving = Saving::of(671e9, 263e9);
        assert_eq!(saving.absolute, 408e9);
        let percent = 100.0 * saving.share.expect("a share");
        assert_eq!(format!("{percent:.1}"), "60.8");
    }

    /// A citizen's two hours at 30,000 and 5,000 đồng, three times, and a fee of 10,000 for each of two dossiers.
    #[test]
    fn jobs_and_fees_add_up_in_whole_numbers() {
        let job = PricedJob {
            name: "Submit".into(),
            group: "submit".into(),
            per: crate::measure::Per::Visit,
            seconds: 7_200,
            consult: 0,
            other: 5_000,
        };
        let prices = Prices { jobs: vec![job], ..Prices::default() };
        let (labour, money) = (3 * 7_200 * 30_000, 3_600 * (3 * 5_000 + 2 * 10_000));
        let sums = Sums { n: 2, labour, money, times: vec![3] };
        assert_eq!(sums.fees(&prices), 3_600 * 20_000);
        assert!(sums.check(Some(30_000), &prices).is_ok());
        assert!(Sums { labour: labour + 1, ..sums.clone() }.check(Some(30_000), &prices).is_err());
        assert!(Sums { money: 3_600 * 14_999, ..sums }.check(Some(30_000), &prices).is_err());
    }
}
