//! A disk that is really full: a small file system in memory, which a test mounts in a namespace of its own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use nix::unistd::geteuid;

/// Set in the copy of a test program that runs in a namespace of its own.
const INSIDE: &str = "LOA_TEST_MAY_MOUNT";

/// Runs `body` where mounting is allowed and nobody else sees it: in a second process, which runs only the test
/// of this name of the same program. The caller is that test, and does nothing else.
///
/// # Errors
/// There can be no such namespace here, or the test failed in it. A test that could not run has not passed.
pub fn where_one_may_mount(test: &str, body: impl FnOnce()) -> Result<()> {
    if std::env::var_os(INSIDE).is_some() {
        body();
        return Ok(());
    }
    let rights: &[&str] = if geteuid().is_root() { &[] } else { &["--map-root-user"] };
    let mut unshare = Command::new("unshare");
    unshare.arg("--mount").args(rights).arg(std::env::current_exe()?);
    let output = unshare
        .args(["--exact", test, "--nocapture", "--include-ignored"])
        .env(INSIDE, "1")
        .output()
        .context("this test needs the program `unshare` of util-linux")?;
    let said = said(&output);
    ensure!(
        said.contains("running 1 test"),
        "this test needs a mount namespace, as root or by user namespaces; `unshare` did not make one: {said}"
    );
    ensure!(output.status.success(), "{said}");
    Ok(())
}

/// A file system of a few megabytes; it is gone when this is dropped.
#[derive(Debug)]
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts a disk of `size` (as `mount` reads it, e.g. `4m`) over the folder, which stays as full as it was.
    ///
    /// # Errors
    /// It cannot be mounted, or what is in the folder has no room on it.
    pub fn over(folder: &Path, size: &str) -> Result<Self> {
        let aside = folder.with_extension("aside");
        fs::rename(folder, &aside)?;
        fs::create_dir(folder)?;
        let options = format!("size={size}");
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder))?;
        let disk = Self(folder.to_owned());
        run(Command::new("cp").arg("-a").arg(aside.join(".")).arg(folder))?;
        Ok(disk)
    }

    /// Leaves no byte free.
    ///
    /// # Errors
    /// Writing failed for another reason than a full disk.
    pub fn fill(&self) -> Result<()> {
        let mut ballast = fs::File::create(self.ballast())?;
        match io::copy(&mut io::repeat(0), &mut ballast) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Ok(()),
            other => Err(anyhow::anyhow!("the disk did not become full: {other:?}")),
        }
    }

    /// Leaves all but `bytes` free.
    ///
    /// # Errors
    /// The ballast cannot be written.
    pub fn hold(&self, bytes: usize) -> Result<()> {
        Ok(fs::write(self.ballast(), vec![0; bytes])?)
    }

    /// Removes what [`fill`](Self::fill) and [`hold`](Self::hold) wrote.
    ///
    /// # Errors
    /// There was no ballast.
    pub fn empty(&self) -> Result<()> {
        Ok(fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What is still in use goes away with its last user; the namespace ends with this process at the latest.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", said(&output));
    Ok(())
}

fn said(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}", text(&output.stdout), text(&output.stderr))
}
