//! The settings of the service as they are given on the command line, and `veedor config`, which shows them.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Result;

use crate::config::{self, Config, Flag, Origin, Sources};

const PRECEDENCE: &str = "A setting is written as a flag, in the environment (VEEDOR_SECTION__KEY), or in a file (--config FILE, else VEEDOR_CONFIG, else \
veedor.toml in the working directory, else veedor.toml in the data directory). The first of these wins over the next, and all of them over the default.";

/// Flags that every command takes that reads the configuration.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SettingsArguments {
    /// Configuration file; else `VEEDOR_CONFIG`, else veedor.toml in the working directory or in the data directory.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Any setting that is not secret, as log.format=json. `veedor config reference` lists them.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
}

/// Which data directory, and how it is configured.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DataArguments {
    /// Data directory [default: veedor-data; of the demo: veedor-demo].
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// More settings.
    #[command(flatten)]
    pub settings: SettingsArguments,
}

/// What serves takes: where it listens, and from what.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ServiceArguments {
    /// Address and port to listen on; port 0 takes any that is free. Only this machine can connect unless another address is given
    /// [default: 127.0.0.1:8080; of the demo, when that is taken: any that is free].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// From what.
    #[command(flatten)]
    pub data: DataArguments,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| {
        format!("`{text}` has no `=`; give a setting and its value, as log.format=json")
    })?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

impl ServiceArguments {
    /// The configuration, with a command's own defaults in the place of the program's.
    ///
    /// # Errors
    /// What [`Config::load`] refuses.
    pub fn load(
        &self,
        command: &'static str,
        defaults: &[(&'static str, &'static str)],
    ) -> Result<Config> {
        let listen = self.listen.clone().map(|value| Flag {
            key: "server.listen".to_owned(),
            value,
            typed: "--listen",
        });
        self.data
            .load(command, defaults, listen.into_iter().collect())
    }
}

impl DataArguments {
    /// The configuration, with a command's own defaults in the place of the program's, and with further flags.
    ///
    /// # Errors
    /// What [`Config::load`] refuses.
    pub fn load(
        &self,
        command: &'static str,
        defaults: &[(&'static str, &'static str)],
        further: Vec<Flag>,
    ) -> Result<Config> {
        let set = self.settings.set.iter().map(|(key, value)| Flag {
            key: key.clone(),
            value: value.clone(),
            typed: "--set",
        });
        let data = self.data.as_ref().map(|path| Flag {
            key: "server.data".to_owned(),
            value: path.to_string_lossy().into_owned(),
            typed: "--data",
        });
        let sources = Sources {
            file: self.settings.config.clone(),
            // A flag with a name of its own is read last, so that it wins over `--set`.
            flags: set.chain(data).chain(further).collect(),
            command: (!defaults.is_empty()).then(|| (command, defaults.to_vec())),
            ..Sources::of_program()
        };
        Ok(Config::load(&sources)?)
    }
}

/// Show and explain the configuration of the service.
#[derive(Debug, clap::Args)]
#[command(after_help = PRECEDENCE)]
pub struct Arguments {
    #[command(subcommand)]
    command: Shown,
}

#[derive(Debug, clap::Subcommand)]
enum Shown {
    /// Print each setting that is in effect and where it was written; secrets are masked.
    Show(ServiceArguments),
    /// Print the default configuration, with every setting explained.
    Reference {
        /// As the page of the documentation instead of a file.
        #[arg(long)]
        page: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// A configuration that cannot be used, or output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut out = io::stdout().lock();
    match &arguments.command {
        Shown::Show(arguments) => show(&mut out, &arguments.load("veedor serve", &[])?)?,
        Shown::Reference { page: true } => out.write_all(config::page().as_bytes())?,
        Shown::Reference { page: false } => out.write_all(config::reference().as_bytes())?,
    }
    Ok(())
}

/// A file that could be used, with the origin of each value behind it.
fn show(out: &mut impl Write, config: &Config) -> Result<()> {
    match config.file() {
        Some(file) => writeln!(out, "# read from {}", file.display())?,
        None => writeln!(out, "# no configuration file was found")?,
    }
    let mut section = "";
    for setting in config.effective() {
        let (own, name) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        if own != section {
            writeln!(out, "\n[{own}]")?;
            section = own;
        }
        match (setting.value, setting.origin) {
            (None, _) => writeln!(out, "# {name} is not set")?,
            (Some(value), Origin::Default) => writeln!(out, "{name} = {value} # default")?,
            (Some(value), origin) => writeln!(out, "{name} = {value} # {origin}")?,
        }
    }
    Ok(())
}
