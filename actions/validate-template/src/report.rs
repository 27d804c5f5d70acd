//! What was found, in all templates of a run: the one model that every output is made of.

use std::path::Path;

use crate::finding::{Finding, Proof, Severity};
use crate::fix::Mended;

/// What the rules had to say about one template.
#[derive(Debug, Default)]
pub struct Judged {
    /// The template's folder, as it was named.
    pub folder: String,
    /// What is wrong, sorted by file and place.
    pub findings: Vec<Finding>,
    /// Why rules hold that do.
    pub proofs: Vec<Proof>,
    /// The files that can be mended.
    pub mended: Vec<Mended>,
}

impl Judged {
    /// The path of a file of the template as the reader of the report knows it: from where the run was started.
    #[must_use]
    pub fn path_of(&self, file: &str) -> String {
        let folder = self.folder.trim_end_matches('/');
        let folder = folder.strip_prefix("./").unwrap_or(folder);
        if matches!(folder, "" | ".") { file.to_owned() } else { format!("{folder}/{file}") }
    }

    /// Names the folder from the workspace, if it lies there: by an absolute path no forge finds a file of the repository.
    pub(crate) fn name_from(&mut self, workspace: &Path) {
        if let Ok(below) = Path::new(&self.folder).strip_prefix(workspace) {
            let below = below.display().to_string();
            self.folder = if below.is_empty() { ".".to_owned() } else { below };
        }
    }

    /// The path of a finding's file; that of the folder where the template as a whole is meant.
    #[must_use]
    pub fn path(&self, finding: &Finding) -> String {
        finding.place.file().map_or_else(|| self.folder.clone(), |file| self.path_of(file))
    }
}

/// A finding and the template it is about.
pub type Occurrence<'a> = (&'a Judged, &'a Finding);

/// What was found in all templates of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// A part for each template, in the order they were named.
    pub judged: Vec<Judged>,
    /// Whether a warning makes a template invalid, too.
    pub strict: bool,
}

impl Report {
    /// Every finding with its template.
    pub fn occurrences(&self) -> impl Iterator<Item = Occurrence<'_>> {
        self.judged.iter().flat_map(|judged| judged.findings.iter().map(move |finding| (judged, finding)))
    }

    /// Every finding, errors first; those of equal weight in the order of templates, files and places.
    #[must_use]
    pub fn ranked(&self) -> Vec<Occurrence<'_>> {
        let mut ranked: Vec<_> = self.occurrences().collect();
        ranked.sort_by_key(|(_, finding)| finding.severity());
        ranked
    }

    /// How many findings have this weight.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.occurrences().filter(|(_, finding)| finding.severity() == severity).count()
    }

    /// How many templates have what makes them invalid.
    #[must_use]
    pub fn invalid(&self) -> usize {
        self.judged.iter().filter(|judged| !self.is_valid(judged)).count()
    }

    /// Whether a template has nothing that counts.
    #[must_use]
    pub fn is_valid(&self, judged: &Judged) -> bool {
        let counts = |finding: &Finding| self.strict || finding.severity() == Severity::Error;
        !judged.findings.iter().any(counts)
    }

    /// Whether several templates were judged.
    #[must_use]
    pub fn is_of_fleet(&self) -> bool {
        self.judged.len() > 1
    }

    /// The findings by what causes them, the gravest and then the most frequent first.
    ///
    /// One cause is one rule with one message: messages name what is wrong and no places.
    #[must_use]
    pub fn clusters(&self) -> Vec<Cluster<'_>> {
        let mut by_cause = std::collections::BTreeMap::<_, Vec<Occurrence<'_>>>::new();
        for (judged, finding) in self.occurrences() {
            let cause = (finding.severity(), finding.rule.id, finding.message.as_str());
            by_cause.entry(cause).or_default().push((judged, finding));
        }
        let mut clusters: Vec<_> =
            by_cause.into_values().map(|occurrences| Cluster { occurrences }).collect();
        clusters.sort_by_key(|cluster| {
            (cluster.first().1.severity(), std::cmp::Reverse(cluster.occurrences.len()))
        });
        clusters
    }

    /// `2 errors and 1 warning`, `no findings`.
    #[must_use]
    pub fn tally(&self) -> String {
        let told = |severity: Severity| match self.count(severity) {
            0 => None,
            1 => Some(format!("1 {}", severity.as_str())),
            count => Some(format!("{count} {}s", severity.as_str())),
        };
        match (told(Severity::Error), told(Severity::Warning)) {
            (Some(errors), Some(warnings)) => format!("{errors} and {warnings}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => "no findings".to_owned(),
        }
    }
}

/// Findings of one cause.
#[derive(Debug)]
pub struct Cluster<'a> {
    /// At least one.
    pub occurrences: Vec<Occurrence<'a>>,
}

impl<'a> Cluster<'a> {
    /// The one that is shown in full.
    #[must_use]
    pub fn first(&self) -> Occurrence<'a> {
        self.occurrences[0]
    }

    /// How many templates have it.
    #[must_use]
    pub fn templates(&self) -> usize {
        let mut folders: Vec<_> = self.occurrences.iter().map(|(judged, _)| judged.folder.as_str()).collect();
        folders.sort_unstable();
        folders.dedup();
        folders.len()
    }
}
