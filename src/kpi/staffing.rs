//! How many officers there are, and how well the work is done.

super::kpis! {}
