//! What is told: what was found, why it matters, and how the change gets to where it belongs.

use mirror::{Genuine, MirrorSource, MirrorTarget, Verdict};
use runner::markdown;
use runner::{Annotation, Console};

/// How many findings are told in full.
const SHOWN: usize = 20;

/// What a run has found out.
pub(crate) struct Report<'a> {
    pub(crate) target: &'a MirrorTarget,
    pub(crate) verdict: &'a Verdict,
    /// How many commits were judged.
    pub(crate) commits: usize,
    /// A commit of publish's that tells where the mirror is made from.
    pub(crate) known: Option<&'a Genuine>,
}

impl Report<'_> {
    /// Prints it.
    pub(crate) fn print(&self, console: &Console) {
        for finding in self.verdict.findings.iter().take(SHOWN) {
            let (why, hint) = (finding.problem.why(), finding.problem.mending());
            console.annotate(&Annotation::error(format!("{finding}\n  why: {why}\n  hint: {hint}")));
        }
        if let Some(more) = self.verdict.findings.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            console.result(&format!("and {more} findings more"));
        }
        if self.verdict.holds() {
            console.result(&self.held());
        } else {
            self.guidance().iter().for_each(|line| console.result(line));
        }
    }

    fn held(&self) -> String {
        let judged = match self.commits {
            0 => "nothing was added".to_owned(),
            1 => "1 commit is publish's".to_owned(),
            several => format!("{several} commits are publish's"),
        };
        match &self.verdict.head {
            Some(head) => format!(
                "{}: {judged}; at release {}, number {}, signed by {}",
                self.target, head.trailers.version, head.trailers.sequence, head.principals,
            ),
            None => format!("{}: {judged}", self.target),
        }
    }

    /// Where a change belongs, and how it gets there.
    fn guidance(&self) -> Vec<String> {
        let source = self.known.map(|known| &known.trailers.source);
        let mut lines = vec![match source {
            Some(MirrorSource { place, folder, .. }) if folder.is_whole() => {
                format!("{} is generated: publish writes it from {place}, and nobody else does.", self.target)
            }
            Some(MirrorSource { place, folder, .. }) => format!(
                "{} is generated: publish writes it from the folder `{folder}` of {place}, and nobody else does.",
                self.target
            ),
            None => format!(
                "{} is generated: publish writes it, and nobody else does. Its README names the source repository.",
                self.target
            ),
        }];
        if let Some(source) = source {
            let folder = &source.folder;
            let onto = if folder.is_whole() { String::new() } else { format!(" -p2 --directory='{folder}'") };
            lines.push(format!("To move a commit there, in a clone of {}:", source.place));
            lines.push(format!(
                "  git -C <clone of the mirror> format-patch -1 --stdout <commit> | git am --3way{onto}"
            ));
            lines.push(
                "and make imports of the package's own modules what they are there; metadata is that of the manifest."
                    .to_owned(),
            );
        }
        lines
    }

    /// The step's summary.
    pub(crate) fn markdown(&self) -> String {
        if self.verdict.holds() {
            return format!("### mirror-guard: as published\n\n{}\n", markdown::text(&self.held()));
        }
        let rows = self.verdict.findings.iter().take(SHOWN).map(|finding| {
            [&finding.subject.to_string(), &finding.problem.to_string(), finding.problem.mending()]
                .map(markdown::text)
        });
        let table = markdown::table(["Where", "What", "Mending"], rows);
        let guidance =
            self.guidance().iter().map(|line| markdown::text(line)).collect::<Vec<_>>().join("\n\n");
        format!("### mirror-guard: not publish's work\n\n{table}\n\n{guidance}\n")
    }
}
