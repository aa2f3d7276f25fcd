//! Whether the public can see what happens to a dossier.

super::kpis! {}
