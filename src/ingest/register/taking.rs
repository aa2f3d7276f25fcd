//! What a log changes: which dossiers are news, which say something else, and what was set aside.

use super::keeper::Staying;
use super::rows::{HASH, ROWS, unhex};
use super::{Register, Taking, rows};
use crate::error::{Error, Result};
use crate::ingest::quarantine::Findings;
use polars::prelude::{DataFrame, Int64Chunked, IntoColumn, NewChunkedArray, StringChunked};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Rows set aside by id (0 where there is none) and rule.
type Aside = BTreeMap<(u128, String), u64>;

/// What rows of one id say, hashed and added up, and how many there are.
type Said = HashMap<u128, (u128, u64)>;

impl Register {
    pub(super) fn stage(&mut self, log: &Staying, taking: Taking) -> Result<()> {
        let aside = aside(&self.findings);
        self.taken.quarantined = aside.values().sum();
        let digest = digest(log, &aside)?;
        let is_known = self.index.taken.contains(&digest);
        if taking == Taking::Replace {
            // A dossier may come to say again what it said two days ago; only the same log twice in a row is no news.
            self.index.taken.clear();
        }
        self.index.taken.insert(digest);
        if is_known {
            self.taken.unchanged = log.len() as u64;
            return Ok(());
        }
        let is_first = self.rows() == [0, 0] && self.index.aside.is_none();
        if taking == Taking::Replace && !is_first {
            return self.replace(log, aside);
        }
        self.taken.new = log.len() as u64;
        self.add_aside(aside, &HashSet::new())?;
        log.frames(ROWS).try_for_each(|rows| self.add(rows?))
    }

    fn add(&mut self, rows: DataFrame) -> Result<()> {
        if rows.height() > 0 {
            let latest = rows::ends(&rows)?.into_iter().map(|(end, _)| end).max();
            self.index.latest = self.index.latest.max(latest.unwrap_or(i64::MIN));
            let part = self.write("rows", rows)?;
            self.index.open.push(part);
        }
        Ok(())
    }

    /// Takes out what the register knew of dossiers that the log says something else of, and adds the rows that are news.
    fn replace(&mut self, log: &Staying, aside: Aside) -> Result<()> {
        let mut said = Said::new();
        log.frames(ROWS).try_for_each(|rows| say(&mut said, &rows?, |_| true))?;
        let broken: HashSet<u128> = aside.keys().map(|(id, _)| *id).filter(|id| *id != 0).collect();
        let met: HashSet<u128> = said.keys().chain(&broken).copied().collect();
        let (known, files) = self.known(&met)?;
        let is_same = |id: &u128| !broken.contains(id) && known.get(id) == said.get(id);
        let replaced: HashSet<u128> = known.keys().filter(|id| !is_same(id)).copied().collect();
        self.taken.new = said.keys().filter(|id| !known.contains_key(id)).count() as u64;
        self.taken.changed = replaced.len() as u64;
        self.taken.unchanged = known.len() as u64 - self.taken.changed;
        self.take_out(&replaced, &files)?;
        self.add_aside(aside, &met)?;
        for rows in log.frames(ROWS) {
            let rows = rows?;
            let marks: Vec<bool> = rows::ids(&rows)?.iter().map(|id| !known.contains_key(id) || !is_same(id)).collect();
            self.add(rows::kept(&rows, &marks)?)?;
        }
        Ok(())
    }

    /// What the register says of dossiers, and in which files.
    fn known(&self, ids: &HashSet<u128>) -> Result<(Said, HashSet<String>)> {
        let (mut known, mut files) = (Said::new(), HashSet::new());
        for part in self.index.open.iter().chain(&self.index.settled) {
            let path = self.path(&part.file);
            if rows::ids(&rows::read(&path, Some(&[HASH]))?)?.iter().any(|id| ids.contains(id)) {
                say(&mut known, &rows::read(&path, None)?, |id| ids.contains(&id))?;
                files.insert(part.file.clone());
            }
        }
        Ok((known, files))
    }

    fn take_out(&mut self, ids: &HashSet<u128>, files: &HashSet<String>) -> Result<()> {
        for settled in [false, true] {
            let parts = std::mem::take(if settled { &mut self.index.settled } else { &mut self.index.open });
            let mut left = Vec::new();
            for part in parts {
                if !files.contains(&part.file) {
                    left.push(part);
                    continue;
                }
                let rows = rows::read(&self.path(&part.file), None)?;
                let marks: Vec<bool> = rows::ids(&rows)?.iter().map(|id| !ids.contains(id)).collect();
                let out = marks.iter().filter(|kept| !**kept).count();
                if out == 0 {
                    left.push(part);
                    continue;
                }
                if settled {
                    // The cube of the settled ones has counted them.
                    self.index.cube = None;
                    self.taken.late += out as u64;
                }
                let rows = rows::kept(&rows, &marks)?;
                if rows.height() > 0 {
                    left.push(self.write(if settled { "settled" } else { "rows" }, rows)?);
                }
            }
            *(if settled { &mut self.index.settled } else { &mut self.index.open }) = left;
        }
        Ok(())
    }

    /// Notes rows set aside; what was noted of the dossiers that were met is old.
    fn add_aside(&mut self, mut aside: Aside, met: &HashSet<u128>) -> Result<()> {
        for ((id, rule), rows) in self.aside()? {
            if !met.contains(&id) {
                *aside.entry((id, rule)).or_default() += rows;
            }
        }
        self.index.aside = None;
        if aside.is_empty() {
            return Ok(());
        }
        let ids = aside.keys().map(|(id, _)| (*id != 0).then(|| rows::hex(*id)));
        let columns = vec![
            ids.collect::<StringChunked>().with_name(HASH.into()).into_column(),
            aside
                .keys()
                .map(|(_, rule)| Some(rule.as_str()))
                .collect::<StringChunked>()
                .with_name("rule".into())
                .into_column(),
            Int64Chunked::from_iter_values("rows".into(), aside.values().map(|rows| *rows as i64)).into_column(),
        ];
        let frame = DataFrame::new(aside.len(), columns).map_err(|e| Error::broken("keeping rows set aside", e))?;
        self.index.aside = Some(self.write("aside", frame)?.file);
        Ok(())
    }

    pub(super) fn aside(&self) -> Result<Aside> {
        let Some(file) = &self.index.aside else { return Ok(Aside::new()) };
        let frame = rows::read(&self.path(file), None)?;
        let wrong = |e| Error::unreadable(&self.path(file), e);
        let column = |name| frame.column(name).map_err(wrong);
        let (ids, rules) = (column(HASH)?.str().map_err(wrong)?, column("rule")?.str().map_err(wrong)?);
        let rows = column("rows")?.i64().map_err(wrong)?;
        let all = ids.iter().zip(rules.iter()).zip(rows.iter());
        let entry = |((id, rule), rows): ((Option<&str>, Option<&str>), Option<i64>)| {
            (
                (id.and_then(unhex).unwrap_or_default(), rule.unwrap_or_default().to_owned()),
                rows.unwrap_or_default() as u64,
            )
        };
        Ok(all.map(entry).collect())
    }
}

fn aside(findings: &Findings) -> Aside {
    let mut nameless = findings.reconciliation().by_rule;
    let mut aside = Aside::new();
    for ((id, rule), rows) in &findings.broken {
        let rule = rule.name().to_owned();
        nameless.entry(rule.clone()).and_modify(|all| *all -= rows);
        *aside.entry((*id, rule)).or_default() += rows;
    }
    aside.extend(nameless.into_iter().filter(|(_, rows)| *rows > 0).map(|(rule, rows)| ((0, rule), rows)));
    aside
}

/// Adds what rows say of their dossiers.
fn say(said: &mut Said, rows: &DataFrame, asked: impl Fn(u128) -> bool) -> Result<()> {
    let all = rows::ids(rows)?.into_iter().zip(rows::contents(rows)?);
    for (id, content) in all.filter(|(id, _)| asked(*id)) {
        let own = said.entry(id).or_default();
        *own = (own.0.wrapping_add(content), own.1 + 1);
    }
    Ok(())
}

/// What a log says, hashed; the order of its rows says nothing.
fn digest(log: &Staying, aside: &Aside) -> Result<String> {
    let mut sum = 0u128;
    for rows in log.frames(ROWS) {
        let rows = rows?;
        for (id, content) in rows::ids(&rows)?.into_iter().zip(rows::contents(&rows)?) {
            sum = sum.wrapping_add(xxhash_rust::xxh3::xxh3_128(&[id.to_le_bytes(), content.to_le_bytes()].concat()));
        }
    }
    let text = format!("{sum:032x} {aside:?}");
    Ok(rows::hex(xxhash_rust::xxh3::xxh3_128(text.as_bytes())))
}
