//! A child and everything that it starts, ended together.

use std::io;
use std::process::{Child, Command, ExitStatus};

/// A child that leads a process group of its own.
///
/// Dropped, the group is killed: nothing that a child leaves behind outlives it, save what has made itself a session
/// of its own.
pub(super) struct Group {
    child: Child,
    is_reaped: bool,
}

impl Group {
    pub(super) fn spawn(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        Ok(Self { child: command.spawn()?, is_reaped: false })
    }

    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether the child itself has ended. It is not reaped yet, so that its number stays the group's.
    #[cfg(unix)]
    pub(super) fn has_ended(&mut self) -> io::Result<bool> {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        match waitid(WaitId::Pid(Pid::from_child(&self.child)), options) {
            Ok(status) => Ok(status.is_some()),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the child itself has ended.
    #[cfg(not(unix))]
    pub(super) fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Kills what is left of the group, and tells how the child ended.
    pub(super) fn end(&mut self) -> io::Result<ExitStatus> {
        self.kill();
        let status = self.child.wait();
        self.is_reaped = true;
        status
    }

    /// One that is gone already is what is wanted, so there is no failure to tell.
    fn kill(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        let _ = self.child.kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // once it is reaped, another may have its number
        if !self.is_reaped {
            let _ = self.end();
        }
    }
}
