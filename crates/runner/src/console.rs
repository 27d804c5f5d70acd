use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstyle::{AnsiColor, Style};
use secrecy::{ExposeSecret as _, SecretString};

use crate::annotation::{Annotation, Level, command};
use crate::masks::{MaskSink, Masks};
use crate::neutral::{neutralise, neutralise_painted, neutralise_to_line};
use crate::{Environment, Place};

/// Who reads what an action prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// GitHub's runner, which turns workflow commands into annotations, folds and debug lines.
    Commands,
    /// A runner that shows the log as it is, Gitea's and `act`: sentences, but masks and groups, which both
    /// know, as commands.
    Plain,
    /// A person at a terminal: progress on stderr, results on stdout, colours where wanted.
    Terminal,
}

impl LogStyle {
    /// The style that suits the surroundings.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        match Place::of(environment) {
            Place::Laptop => Self::Terminal,
            Place::Runner if environment.is_true("GITEA_ACTIONS") || environment.is_true("ACT") => {
                Self::Plain
            }
            Place::Runner => Self::Commands,
        }
    }
}

/// One of the two streams a [`Console`] writes to.
pub struct Stream {
    writer: Box<dyn Write + Send>,
    is_coloured: bool,
}

impl Stream {
    /// A stream without colours.
    pub fn plain(writer: impl Write + Send + 'static) -> Self {
        Self { writer: Box::new(writer), is_coloured: false }
    }

    /// A stream with colours.
    pub fn coloured(writer: impl Write + Send + 'static) -> Self {
        Self { writer: Box::new(writer), is_coloured: true }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.is_coloured { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A log that nobody can receive is no reason to stop half-way through a release: errors end here.
    fn write_line(&mut self, line: &str) {
        let _ = self.writer.write_all(format!("{line}\n").as_bytes());
        let _ = self.writer.flush();
    }
}

/// Everything an action prints, in the way its reader understands.
///
/// Any text may be given: secrets that were [masked](Self::mask) are removed from it and what could be taken
/// for a workflow command is [neutralised](crate::neutralise). A clone writes to the same streams.
#[derive(Clone)]
pub struct Console {
    style: LogStyle,
    is_debug: bool,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    out: Stream,
    err: Stream,
    masks: Masks,
}

impl Console {
    /// A console for the surroundings: its [style](LogStyle::of), and debug lines where `RUNNER_DEBUG=1`
    /// asks for them.
    #[must_use]
    pub fn new(environment: &Environment, out: Stream, err: Stream) -> Self {
        Self {
            style: LogStyle::of(environment),
            is_debug: environment.get("RUNNER_DEBUG") == Some("1"),
            shared: Arc::new(Mutex::new(Shared { out, err, masks: Masks::default() })),
        }
    }

    /// Who reads this console.
    #[must_use]
    pub fn style(&self) -> LogStyle {
        self.style
    }

    /// The same console for another reader: for those who ask for workflow commands on a laptop.
    #[must_use]
    pub fn in_style(&self, style: LogStyle) -> Self {
        Self { style, ..self.clone() }
    }

    /// Whether [results](Self::result) are wanted in colours.
    #[must_use]
    pub fn paints_results(&self) -> bool {
        self.lock().out.is_coloured
    }

    /// Whether debug lines are wanted.
    #[must_use]
    pub fn is_debug(&self) -> bool {
        self.is_debug
    }

    /// Prints what the action came to: what a laptop's user would pipe into another program.
    pub fn result(&self, text: &str) {
        let shared = &mut *self.lock();
        let text = neutralise(&shared.masks.redact(text));
        shared.out.write_line(&text);
    }

    /// Prints a result that was painted with ANSI colours, which stay; without them where none are wanted.
    ///
    /// Whoever paints untrusted text must have taken escape characters out of it: they are taken for paint here.
    pub fn painted_result(&self, text: &str) {
        let shared = &mut *self.lock();
        let text = neutralise_painted(&shared.masks.redact(text), shared.out.is_coloured);
        shared.out.write_line(&text);
    }

    /// Prints what is going on.
    pub fn progress(&self, text: &str) {
        let shared = &mut *self.lock();
        let text = neutralise(&shared.masks.redact(text));
        self.log_stream(shared).write_line(&text);
    }

    /// Prints what only a search for a bug needs, if debug lines are wanted.
    pub fn debug(&self, text: &str) {
        if !self.is_debug {
            return;
        }
        let shared = &mut *self.lock();
        let text = neutralise(&shared.masks.redact(text));
        let line = match self.style {
            LogStyle::Commands => command("debug", &text),
            LogStyle::Plain => format!("debug: {text}"),
            LogStyle::Terminal => shared.err.paint(Style::new().dimmed(), &format!("debug: {text}")),
        };
        self.log_stream(shared).write_line(&line);
    }

    /// Prints an annotation, or its plain form where annotations are not shown.
    pub fn annotate(&self, annotation: &Annotation) {
        let shared = &mut *self.lock();
        let annotation = annotation.map_text(|text| shared.masks.redact(text));
        let line = match self.style {
            LogStyle::Commands => annotation.to_command(),
            LogStyle::Plain | LogStyle::Terminal => {
                let word = self
                    .log_stream(shared)
                    .paint(level_style(annotation.level()), annotation.level().as_str());
                format!("{word}: {}", annotation.to_plain())
            }
        };
        self.log_stream(shared).write_line(&line);
    }

    /// Starts a part of the log that a runner shows folded; it ends when the returned value is dropped.
    ///
    /// Runners know no groups within groups: end one before the next.
    #[must_use = "the group ends when this value is dropped"]
    pub fn group(&self, title: &str) -> Group {
        let shared = &mut *self.lock();
        let title = neutralise_to_line(&shared.masks.redact(title));
        let line = match self.style {
            LogStyle::Commands | LogStyle::Plain => command("group", &title),
            LogStyle::Terminal => shared.err.paint(Style::new().bold(), &title),
        };
        self.log_stream(shared).write_line(&line);
        Group { console: self.clone() }
    }

    /// Keeps a secret out of everything printed from now on, by this console and by the runner.
    pub fn mask(&self, secret: &SecretString) {
        let shared = &mut *self.lock();
        for text in shared.masks.add(secret) {
            let is_understood = match self.style {
                LogStyle::Commands => true,
                // `act` looks for the last `::` of the line: it would print such a command as it is.
                LogStyle::Plain => !text.expose_secret().contains("::"),
                LogStyle::Terminal => false,
            };
            if is_understood {
                shared.out.write_line(&command("add-mask", text.expose_secret()));
            }
        }
    }

    /// Where code that mints secrets reports them.
    #[must_use]
    pub fn mask_sink(&self) -> MaskSink {
        let console = self.clone();
        Arc::new(move |secret| console.mask(secret))
    }

    /// Whether a text holds a secret that was masked here.
    #[must_use]
    pub fn holds_secret(&self, text: &str) -> bool {
        self.lock().masks.found_in(text)
    }

    /// The text with `***` in the place of every secret that was masked here.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.lock().masks.redact(text)
    }

    /// Prints a command as it is. Its parts must have been escaped.
    pub(crate) fn command(&self, line: &str) {
        self.lock().out.write_line(line);
    }

    /// Runners mix the two streams in whatever order they arrive, so there all goes to one.
    fn log_stream<'a>(&self, shared: &'a mut Shared) -> &'a mut Stream {
        match self.style {
            LogStyle::Commands | LogStyle::Plain => &mut shared.out,
            LogStyle::Terminal => &mut shared.err,
        }
    }

    /// A panic elsewhere must not silence the report of it.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("style", &self.style)
            .field("is_debug", &self.is_debug)
            .finish_non_exhaustive()
    }
}

fn level_style(level: Level) -> Style {
    let colour = match level {
        Level::Notice => AnsiColor::Cyan,
        Level::Warning => AnsiColor::Yellow,
        Level::Error => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

/// A part of the log that a runner shows folded. See [`Console::group`].
#[derive(Debug)]
pub struct Group {
    console: Console,
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.console.style != LogStyle::Terminal {
            self.console.command("::endgroup::");
        }
    }
}
