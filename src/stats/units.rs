//! What one month or one unit brings to a chart: a share of rows, events over an exposure, an estimate with its error.

/// Hits among rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareCount {
    /// Rows that are hits.
    pub hits: u64,
    /// Rows.
    pub n: u64,
}

impl ShareCount {
    /// The share; absent without rows.
    pub fn share(&self) -> Option<f64> {
        (self.n > 0).then(|| self.hits as f64 / self.n as f64)
    }
}

/// Events over what they could happen in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateCount {
    /// Events.
    pub events: u64,
    /// Days, people or rows; above zero.
    pub exposure: f64,
}

impl RateCount {
    /// Events per unit of exposure; absent without exposure.
    pub fn rate(&self) -> Option<f64> {
        (self.exposure.is_finite() && self.exposure > 0.0).then(|| self.events as f64 / self.exposure)
    }
}

/// A unit's figure and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// The figure.
    pub value: f64,
    /// Its standard error, above zero.
    pub standard_error: f64,
}

impl Unit {
    /// Whether it can stand beside others: a finite figure with an error above zero.
    pub fn comparable(&self) -> bool {
        self.value.is_finite() && self.standard_error.is_finite() && self.standard_error > 0.0
    }

    /// A share on the arcsine scale, where its error depends on the rows alone.
    ///
    /// # Formula
    ///
    /// ```text
    /// y = arcsin sqrt((hits + 3/8) / (n + 3/4)),   se = 1 / sqrt(4 n + 2)
    /// ```
    ///
    /// Anscombe 1948 (Biometrika 35:246). On the share's own scale none or all of few rows would have no error.
    ///
    /// # Undefined
    ///
    /// Absent without rows, or with more hits than rows.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ShareCount, Unit};
    ///
    /// let unit = Unit::arcsine(ShareCount { hits: 3, n: 6 }).unwrap();
    /// assert!((unit.value - std::f64::consts::FRAC_PI_4).abs() < 1e-15);      // one half is 45 degrees
    /// assert_eq!(unit.standard_error, 1.0 / 26f64.sqrt());
    /// assert!((Unit::from_arcsine(unit.value) - 0.5).abs() < 1e-15);
    /// ```
    pub fn arcsine(count: ShareCount) -> Option<Self> {
        let n = count.n as f64;
        let share = (count.hits as f64 + 0.375) / (n + 0.75);
        let standard_error = 1.0 / (4.0 * n + 2.0).sqrt();
        (count.n > 0 && count.hits <= count.n).then(|| Self { value: share.sqrt().asin(), standard_error })
    }

    /// The share at a place of the arcsine scale; beyond its ends 0 and 1.
    ///
    /// # Formula
    ///
    /// ```text
    /// p = sin(y)^2,   y held to [0, pi / 2]
    /// ```
    pub fn from_arcsine(y: f64) -> f64 {
        y.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2)
    }
}
