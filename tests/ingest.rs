//! Reading: whatever form a publisher gives a process or a project, it is the same process or project.

mod forms;
mod history;
mod leniency;
