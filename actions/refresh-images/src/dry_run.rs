//! What a refresh would do, in words.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::containers::{Current, Recreate, Step, What, plan};
use crate::error::{RefreshError, told_image};
use crate::images;
use crate::refresh::{Host, Runtime};

impl Host {
    /// What a refresh would do, a line each; nothing is changed.
    ///
    /// # Errors
    ///
    /// When the engine does not tell of its containers.
    pub async fn plan(&self, runtimes: &[Runtime], recreate: Recreate) -> Result<Vec<String>, RefreshError> {
        let looks = runtimes
            .iter()
            .map(|runtime| async move { (runtime, self.images.look(&runtime.image, self.deadline).await) });
        let mut lines = Vec::new();
        let mut current = BTreeMap::new();
        for (runtime, looked) in join_all(looks).await {
            let Runtime { name, image } = runtime;
            let id = match looked {
                Ok((digest, images::Step::Pull, _)) => {
                    lines.push(format!("{name}: pull {} and move {image} to it", image.at(&digest)));
                    None
                }
                Ok((digest, images::Step::Tag { id }, _)) => {
                    lines.push(format!("{name}: move {image} to {digest}, which is here already"));
                    Some(id)
                }
                Ok((digest, images::Step::Nothing, there)) => {
                    lines.push(format!("{name}: {image} is {digest} already"));
                    there.map(|there| there.id)
                }
                Err(error) => {
                    lines.push(format!("{name}: would fail: {}", told_image(&error)));
                    continue;
                }
            };
            current.insert(image.clone(), Current { runtime: name.clone(), id });
        }
        for Step { runtime, name, what, .. } in
            plan(&self.containers().await?, &self.prefix, &current, recreate)
        {
            lines.push(match what {
                What::Replace => format!("{runtime}: replace {name}"),
                What::Remove => format!("{runtime}: remove {name}"),
                What::Refuse(why) => format!("{runtime}: leave {name}: {why}"),
            });
        }
        Ok(lines)
    }
}
