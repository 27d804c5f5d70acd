//! `cargo xtask book`: the documentation's links are checked, and it is built as a book.
//!
//! The pages are read on the forge and as a book. On the forge a link may lead to any file of the repository; the book has
//! pages only, so that there such a link is given the repository's address.

mod links;
mod markdown;
mod mdbook;
mod stage;

use std::path::PathBuf;

use anyhow::ensure;

use crate::process;
use crate::workspace::Workspace;

/// The folder that is the book.
const FOLDER: &str = "docs";

/// The pages whose links are checked. Those of the rules' sources are checked as what is generated from them.
const PAGES: [&str; 3] = [":(glob)*.md", "docs/*.md", "examples/*.md"];

/// Checks every link within the repository, then builds the book.
///
/// # Errors
///
/// When a link leads nowhere, a page is not in the book's summary, or mdbook cannot be had or refuses the book.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let pages = pages(workspace)?;
    let broken = links::broken(workspace.root(), &pages)?;
    for link in &broken {
        println!("{link}");
    }
    ensure!(broken.is_empty(), "{} links of the documentation lead nowhere", broken.len());
    println!("every link of {} pages leads somewhere", pages.len());

    let scratch = tempfile::tempdir()?;
    stage::stage(workspace.root(), scratch.path())?;
    let built = workspace.target().join("book");
    mdbook::build(workspace, scratch.path(), &built)?;
    println!("the book is in {}", built.display());
    Ok(())
}

/// The pages, tracked or new, relative to the checkout's root.
fn pages(workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let listed = process::output(
        process::command("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"])
            .args(PAGES)
            .current_dir(workspace.root()),
    )?;
    let paths = listed.split_terminator('\0').map(PathBuf::from);
    Ok(paths.filter(|path| workspace.root().join(path).exists()).collect())
}
