//! Chance from a seed, the same on every machine: SplitMix64 (Steele, Lea and Flood 2014).

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D).wrapping_add(1))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn hundred(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// Something in so many of a hundred cases.
    pub fn maybe<T>(&mut self, percent: u64, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let drawn = draw(self);
        self.hundred(percent).then_some(drawn)
    }

    /// A moment of a day, often the very moment at which an office opens or closes, or a day begins.
    pub fn moment(&mut self, day: NaiveDate) -> NaiveDateTime {
        const EDGES: [(u32, u32); 8] = [(0, 0), (7, 30), (8, 0), (11, 30), (12, 0), (13, 30), (17, 30), (23, 59)];
        let (hour, minute) =
            if self.hundred(40) { self.one_of(&EDGES) } else { (self.below(24) as u32, self.below(60) as u32) };
        let second = if self.hundred(10) { self.below(60) as u32 } else { 0 };
        day.and_time(NaiveTime::from_hms_opt(hour, minute, second).expect("a time of the day"))
    }

    /// A moment at or after another, most often within so many days; some lie whole days apart, so that times tie.
    pub fn after(&mut self, from: NaiveDateTime, days: u64) -> NaiveDateTime {
        match self.below(8) {
            0 => from + TimeDelta::minutes(30 * self.below(4) as i64),
            1 | 2 => from + TimeDelta::days(self.below(days) as i64),
            3 | 4 => {
                let day = from.date() + Days::new(self.below(days));
                from.max(self.moment(day))
            }
            _ => from + TimeDelta::minutes(self.below(days * 1_440) as i64),
        }
    }
}
