//! What cannot be: exit 2 before anything is sent.

use crate::stage::Stage;

on_both! {
    fn bad_input_ends_with_2_before_anything_is_sent(stage: &Stage) {
        stage.write("twice.toml", "[[targets]]\nrepo = \"acme/a\"\n[[targets]]\nrepo = \"ACME/A\"\n");
        stage.write("mode.toml", "[[targets]]\nrepo = \"acme/a\"\nmode = \"fax\"\n");
        let keys = "a=1\nb=1\nc=1\nd=1\ne=1\nf=1\ng=1\nh=1";
        let large = format!("a={}", "x".repeat(64 * 1024));
        for (inputs, told) in [
            (&[("mode", "fax")][..], "mode"),
            (&[("repos", "acme")], "write it as `owner/name`"),
            (&[("repos", "acme/a,acme/a")], "stands twice"),
            (&[("payload", keys)], "11 keys"),
            (&[("payload", &large)], "bytes as JSON"),
            (&[("payload", "source=x")], "sets `source`"),
            (&[("event-type", &"x".repeat(101))], "`event-type`"),
            (&[("manifest", "twice.toml")], "`twice.toml:4:8`: target `ACME/A` stands in line 2 already"),
            (&[("manifest", "mode.toml")], "`mode.toml:3:8`: `fax` is no mode"),
            (&[("manifest", "missing.toml")], "missing.toml"),
            (&[("version", "one")], "version"),
            (&[("allow-downgrade", "1.3.0")], "`allow-downgrade`"),
            (&[("wait", "forever")], "wait"),
            (&[("pace", "fast")], "pace"),
            (&[("token", "a b")], "`token`"),
            (&[("app-id", "1")], "`app-private-key`"),
        ] {
            stage.run(inputs).exits(2).says(told);
        }
        stage.run_with(&[("token", &stage.token)]).exits(2).says("`version` is empty");
        assert_eq!(stage.forge.exchanges().len(), 0);
    }
}
