//! Veedor reads what a country publishes about its contracts and infrastructure projects, tells which of them deserve a second look and why,
//! and serves that as scored, explained alerts. A flag is a question, never a proof.
//!
//! This page is the guided tour: the rooms in the order in which a document passes through them, what always holds, what is absent on
//! purpose, and the decisions that would cost something to reverse.
//!
//! ```text
//! documents ─ingest─▶ processes, projects ─facts─▶ fact tables ─population, rules─▶ outcomes ─scoring─▶ alerts ─▶ store ─▶ api
//!  OCDS, OC4IDS        (typed, + data issues)       (Parquet)           (Parquet)                     (SQLite)
//! ```
//!
//! One direction: each arrow is a stage with one input and one output, and no room knows those to its right, but for [`Assessment`], the
//! summary that the store keeps. The tables are written down, so that anybody can recompute what was said, with this program or with any tool
//! that reads Parquet.
//!
//! # The rooms, in reading order
//!
//! **[`procurement`]** holds the words everything else is said in: release, tender, lot, bid, award, contract, amendment, project, money,
//! moment. They are spelled as OCDS and OC4IDS spell them, borrow from the text they were read from, and can only be valid.
//!
//! **[`ingest`]** turns bytes into them. It finds and splits files, recognises what each text is from its content, reads it whatever its
//! shape, and keeps the releases of one process together until it merges them into the process with its history. Publishers are sloppy:
//! what had to be read with leniency becomes a data issue with file, line, pointer, value and reason; what cannot be read at all is
//! rejected with its place.
//!
//! **[`facts`]** computes, while one process or project is in hand, its rows in the tables of each [`facts::Subject`]: counts of bidders, days
//! between dates, growth of value and time, order of prices. Every fact is described, in two languages and with its source, in the
//! [dictionary](facts::dictionary) that rules are held against. [`jurisdiction`] gives the legal limits that held on a day, with their citation; [`mod@reference`] what
//! an operator's own lists say: sanctions, days of foundation.
//!
//! **[`identity`]** tells which names of suppliers are similar, in what way, and by which words: it knows names and nothing of procurement. A name alone is
//! never more than a question about who is who.
//!
//! **[`population`]** says what can be said only beside all others: the groups that each number is compared with, the buyers, suppliers and markets,
//! the pairs and groups of bidders, purchases that make one together. It is put together between two passes: the first makes every row, the
//! second judges. Its distributions can be frozen as a [baseline](population::baseline), so that tomorrow's data do not change today's flags.
//!
//! **[`rules`]** answers. A rule is one text file: an expression over facts, its parameters, its message, its limits, its ordinary explanations
//! and its cases. All rules about one subject run in one pass over its table and each gives one of five answers: *flagged*, *clear*,
//! *not applicable*, *insufficient data*, *error*. The [`rules::Method`] that was used is kept, so that an answer can be explained later.
//!
//! **[`scoring`]** makes of the answers about one process or project a risk, the contributions that add up to it, how much could be asked at
//! all, and a priority among all alerts. **[`alerts`]** puts it together: the flags with their evidence and messages, the amount at stake,
//! the documents they point into, and a fingerprint of the evidence.
//!
//! **[`learning`]** holds models that earn their place: what the past teaches about overrun and delay, and what the bids of a tender tell about each other. It
//! imports nothing of the house, and a model speaks only where a [gate](learning::gate) has let it pass on data later than what it learned from.
//!
//! **[`coverage`]** counts, while they are judged, what could be asked of each publisher, what was missing, and what publishing one field more would unlock.
//!
//! **[`assessment`]** is the run, readable as a paragraph: read, judge part by part, score, publish. What it read and the ground it judged on stay with it,
//! so that [arrivals](assessment::arrivals) are judged alone afterwards, as it would judge them. **[`database`]** is one of two databases spoken to in the same
//! words, **[`store`]** keeps in it what is served, and shows a complete assessment or none.
//!
//! **[`access`]** says who asks, what they may do and what the public is shown, and keeps the trail of what was done.
//! **[`casework`]** is what people do with alerts.
//!
//! **[`config`]** says how the service is run, and where each setting was written; **[`metrics`]** counts what it does; **[`backup`]** keeps it as of one moment. **[`api`]** and **[`cli`]** are the doors. No door imports another, and nothing imports a door.
//!
//! **[`delivery`]** tells others what happened to alerts, by webhook, e-mail, feed and stream. It knows what happened and who asked, and nothing of how
//! alerts come about.
//!
//! Beside the way: **[`sample`]** writes a fictional country with planted patterns and their truth, and imports nothing of the house, so that the
//! truth cannot agree with the rules by construction; **[`evaluation`]** measures an assessment against that truth; **[`language`]** writes numbers,
//! dates and words for readers of English and Spanish.
//!
//! # What always holds
//!
//! - *The same input gives the same output*, byte for byte, with any number of threads and any order of files. Judgement ([`facts`], [`rules`],
//!   [`scoring`]) has no clock (an assessment has a day as of which it judges), no network and no randomness, and never walks a hash map
//!   where its order could reach a result.
//! - *Nothing vanishes.* Every text is read, or rejected with its place and a reason; every subject gets an answer from every rule.
//! - *A flag can be derived again*: rule and version, parameters, fact values, and pointers into the source documents are kept with it.
//! - *A reader sees a complete assessment or none*; whatever happens to a run, the one before it is still served.
//! - *One rule cannot harm another.* An expression that fails, or a panic inside one, becomes that rule's *error*.
//! - *Amounts compare within one currency.* Nothing is converted; only currencies that a law declares at par are one.
//! - *An unknown is not a zero.* A fact that was not published is absent, and a rule that needs it says *insufficient data*.
//!
//! # What is absent on purpose
//!
//! - Any word of guilt, in texts as in names.
//! - A way for a rule to reach more than the facts of its own row: no files, no network, no functions beyond a written list.
//! - A database in the way of judgement: everything up to the alerts is files, and the store can be made again from them.
//! - JSON inside: past [`ingest`] there are typed values only, so judgement cannot fail on what a publisher wrote.
//! - Joins of what could be computed while the process was in hand.
//! - Telemetry, updates, and any connection that nobody asked for.
//!
//! # Decisions that cost something to reverse
//!
//! **Releases wait on a shelf keyed by the hash of their ocid, which spills to files.** *Why:* the versions of a process stand anywhere in gigabytes of
//! input, and merging needs them together; a shelf sliced by the key's high bits gives one slice at a time, so memory follows the slice and not the
//! input. *Price:* releases are encoded once and decoded once, and a hash may collide, so groups are told apart by the identifier itself.
//! *Revisit* when input arrives grouped.
//!
//! **What was on the shelf stays with the dataset, and so does the ground that was judged on.** *Why:* a release that arrives later changes a process with a history, and is
//! judged beside a population; both are found again without reading the input, and what is said of a process depends on its own documents and the assessment alone.
//! *Price:* a dataset holds its documents, compressed; what several arrivals say only together waits for the next full assessment. *Revisit* when full
//! assessments become so rare that what waits for them matters.
//!
//! **Rows are sorted by that key, and each Parquet part holds a range of keys, in ascending order.** *Why:* all rows of one process are in the
//! parts of the same number, parts are judged independently, one process is found without an index, and the output does not depend on
//! the order of the input. *Price:* neighbours in a file have nothing in common, which costs some compression. *Revisit* when tables are to be
//! partitioned for another engine.
//!
//! **Rules are SQL expressions, parsed by `sqlparser` and translated by us into polars expressions.** *Why:* the translation is where a rule's names and
//! types are checked, parameters are bound, and unknowns are given one meaning, with an error that names the nearest known word; polars then runs all
//! rules of a subject in one pass. Handing the text to a SQL engine would accept all it can do. *Price:* every function is added by hand.
//! *Revisit* when rules need what a row cannot say; that is for new facts first.
//!
//! **SQLite holds alerts in two slots.** The current assessment is in one, the one before it in the other; the next is written over the
//! older and becomes visible with one commit. The room says [why](store). *Price:* no more than two can be served.
//!
//! **What is not applicable leaves the coverage's denominator.** *Why:* coverage says how much of what could be asked was answered; a direct contract has
//! no competition to ask about, and would otherwise always look half unknown. *Price:* the coverage of two processes is a share of
//! different questions. Rates likewise divide by flagged and clear only.
//!
//! **An absent list of amendments is unknown, an empty one is none.** *Why:* most publishers leave out what they do not record, and "never amended" would
//! otherwise be said of everyone who publishes nothing. *Price:* publishers who leave out what is empty get *insufficient data* until their
//! releases show a history.

pub mod access;
pub mod alerts;
pub mod api;
pub mod arrivals;
pub mod assessment;
pub use assessment::{AnswerCounts, Assessment, Counts};
pub mod backup;
pub mod casework;
pub mod cli;
pub mod config;
pub mod coverage;
pub mod database;
pub mod delivery;
mod embedded;
pub mod evaluation;
pub mod export;
pub mod facts;
pub mod identity;
pub mod ingest;
pub mod jurisdiction;
pub mod language;
pub mod learning;
pub mod metrics;
pub mod population;
pub mod procurement;
pub mod reference;
pub mod rules;
pub mod sample;
pub mod scoring;
pub mod store;
mod telemetry;
