//! Programs that run other programs.

use super::options::{Given, Options};
use super::value::Field;

/// What a command line comes down to, once programs that only run another one are taken off its front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program that does the work, and its arguments; empty where nothing is left.
    pub argv: Vec<Field>,
    /// The programs taken off, by their names, in order.
    pub wrappers: Vec<String>,
    /// Whether something in front of it cannot be told; it is taken for a wrapper, or for nothing.
    pub guessed: bool,
}

impl Program {
    /// The program's name, without the folder; none where it cannot be told.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        base_name(self.argv.first()?.text.as_deref()?)
    }
}

fn is_elastic(field: &Field) -> bool {
    field.text.is_none() && field.elastic
}

fn base_name(path: &str) -> Option<&str> {
    path.rsplit('/').next()
}

/// How a wrapper's command line is read.
struct Wrapper {
    names: &'static [&'static str],
    options: Options,
    /// How many operands stand before the program.
    operands: usize,
    /// Whether `name=value` may stand before the program.
    assigns: bool,
}

const fn wrapper(names: &'static [&'static str], valued: &'static str) -> Wrapper {
    let options = Options { valued, long_valued: &[], mixed: false };
    Wrapper { names, options, operands: 0, assigns: false }
}

const WRAPPERS: [Wrapper; 14] = [
    Wrapper {
        options: Options { valued: "uCS", long_valued: &["unset", "chdir", "split-string"], mixed: false },
        assigns: true,
        ..wrapper(&["env"], "")
    },
    Wrapper { operands: 1, ..wrapper(&["gosu", "su-exec"], "") },
    wrapper(&["tini", "tini-static", "docker-init", "catatonit"], "pe"),
    Wrapper {
        options: Options { valued: "r", long_valued: &["rewrite"], mixed: false },
        ..wrapper(&["dumb-init"], "")
    },
    Wrapper {
        options: Options { valued: "uUgGhpCcrtTDR", long_valued: SUDO, mixed: false },
        assigns: true,
        ..wrapper(&["sudo", "doas"], "")
    },
    Wrapper {
        options: Options { valued: "", long_valued: SETPRIV, mixed: false },
        ..wrapper(&["setpriv"], "")
    },
    Wrapper {
        options: Options { valued: "ugG", long_valued: &["user", "group", "supp-group"], mixed: false },
        ..wrapper(&["runuser"], "")
    },
    Wrapper {
        options: Options { valued: "n", long_valued: &["adjustment"], mixed: false },
        ..wrapper(&["nice"], "")
    },
    wrapper(&["ionice"], "cnp"),
    Wrapper {
        options: Options { valued: "ks", long_valued: &["kill-after", "signal"], mixed: false },
        operands: 1,
        ..wrapper(&["timeout"], "")
    },
    Wrapper {
        options: Options { valued: "ioe", long_valued: STDBUF, mixed: false },
        ..wrapper(&["stdbuf"], "")
    },
    wrapper(&["nohup", "setsid", "command", "builtin", "time", "unbuffer", "fakeroot", "eatmydata"], ""),
    wrapper(&["chpst"], "uUbeo/nlmd"),
    wrapper(&["exec"], "a"),
];

const SUDO: &[&str] = &["user", "group", "host", "prompt", "chdir", "chroot"];
const STDBUF: &[&str] = &["input", "output", "error"];
const SETPRIV: &[&str] = &[
    "reuid",
    "regid",
    "ruid",
    "rgid",
    "euid",
    "egid",
    "groups",
    "inh-caps",
    "ambient-caps",
    "bounding-set",
    "securebits",
    "pdeathsig",
    "selinux-label",
    "apparmor-profile",
    "landlock-access",
    "landlock-rule",
];

/// How many programs may run each other in front of one that does the work.
const MOST_WRAPPERS: usize = 16;

/// Takes programs that only run another one off the front of a command line: `tini --`, `gosu agent`, `env A=b` and
/// their like, within each other too, and `exec` of the shell.
///
/// What cannot be told and may be no word at all, as `$AS_AGENT` outside of quotes, is passed over.
#[must_use]
pub fn program(argv: &[Field]) -> Program {
    let mut program = Program { argv: Vec::new(), wrappers: Vec::new(), guessed: false };
    let mut rest = argv;
    while program.wrappers.len() < MOST_WRAPPERS {
        let elastic = rest.iter().take_while(|field| is_elastic(field)).count();
        if elastic > 0 && elastic < rest.len() {
            program.guessed = true;
            rest = &rest[elastic..];
        }
        let Some((first, arguments)) = rest.split_first() else { break };
        let Some(name) = first.text.as_deref().and_then(base_name) else { break };
        let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&name)) else { break };
        let mut given = Given::default();
        let behind = wrapper.options.leading(arguments, &mut given);
        // Without that option it is like `su`, which gives a text to a shell.
        if name == "runuser" && !given.has(&["u", "user"]) {
            break;
        }
        program.wrappers.push(name.to_owned());
        rest = behind;
        program.guessed |= given.unclear;
        let assigned = |field: &Field| match &field.text {
            Some(text) => text.contains('='),
            None => field.elastic || field.begins.as_ref().is_some_and(|text| text.contains('=')),
        };
        if wrapper.assigns {
            let count = rest.iter().take_while(|field| assigned(field)).count();
            rest = &rest[count..];
        }
        rest = rest.get(wrapper.operands..).unwrap_or_default();
    }
    program.argv = rest.to_vec();
    program
}
