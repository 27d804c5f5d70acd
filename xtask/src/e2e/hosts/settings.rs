//! What a refresh does where nothing goes wrong.

use anyhow::ensure;
use serde_json::{Value, json};

use super::Case;
use super::faults::renewed;
use super::stage::{OBEDIENT, RUNTIME, Stage, WORKSPACE};

pub(super) const CASES: &[Case] = &[
    Case { what: "nothing changed: one HEAD, no pull, no container touched", run: nothing_changed },
    Case { what: "a new image: settings kept, inherited ones new, others left alone", run: new_image },
    Case { what: "volumes: of others, without a name, and by paths as one may write them", run: volumes },
    Case { what: "a dry run changes nothing", run: dry_run },
    Case { what: "--no-recreate brings the image alone, and the next run the rest", run: no_recreate },
    Case { what: "--remove-only leaves the making to the platform", run: remove_only },
];

fn nothing_changed(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.inspect(WORKSPACE)?["Id"].clone();
    let ended = stage.refresh(&[])?;
    ensure!(ended.result == json!({"pulled": [], "failed": [], "recreated": []}), "{ended:?}");
    let asked: Vec<_> = stage.passage.exchanges().into_iter().map(|exchange| exchange.operation).collect();
    ensure!(asked == ["HEAD manifest"], "it asked for {asked:?}");
    ensure!(stage.inspect(WORKSPACE)?["Id"] == before, "the container was touched");
    Ok("1 request".to_owned())
}

/// What must be the same afterwards, of all that the engine tells.
fn kept(told: &Value) -> Value {
    let (config, mut host) = (&told["Config"], told["HostConfig"].clone());
    // a volume without a name has one now
    host["Binds"] = Value::Null;
    for mount in host["Mounts"].as_array_mut().into_iter().flatten() {
        mount["Source"] = Value::Null;
    }
    let mut mounts: Vec<_> = told["Mounts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|mount| json!([mount["Name"], mount["Destination"], mount["RW"]]))
        .collect();
    mounts.sort_by_key(Value::to_string);
    let mut networks = told["NetworkSettings"]["Networks"].clone();
    for (_, network) in networks.as_object_mut().into_iter().flatten() {
        let aliases = network["Aliases"].as_array().cloned().unwrap_or_default();
        let own: Vec<_> = aliases
            .into_iter()
            .filter(|alias| {
                !told["Id"].as_str().unwrap_or_default().starts_with(alias.as_str().unwrap_or("?"))
            })
            .collect();
        *network = json!({"aliases": own, "ipam": network["IPAMConfig"]});
    }
    let env: Vec<_> = config["Env"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|entry| !entry.as_str().unwrap_or_default().starts_with("RUNTIME_VERSION="))
        .collect();
    let mut labels = config["Labels"].clone();
    labels["version"] = Value::Null;
    json!({
        "name": told["Name"], "host": host, "mounts": mounts, "networks": networks, "labels": labels,
        "env": env.len(), "own": env.iter().any(|entry| **entry == "OWN=1"), "image": config["Image"],
        "user": config["User"], "workdir": config["WorkingDir"], "signal": config["StopSignal"],
        "hostname": config["Hostname"] == "agent-7", "health": config["Healthcheck"], "ports": config["ExposedPorts"],
    })
}

fn new_image(stage: &mut Stage) -> anyhow::Result<String> {
    stage
        .docker(&["network", "create", "second"])
        .or_else(|_| stage.docker(&["network", "inspect", "second"]))?;
    stage.run_workspace(&[
        "--restart",
        "unless-stopped",
        "--env",
        "OWN=1",
        "--label",
        "team=a",
        "--volume",
        "named:/named",
        "--mount",
        "type=volume,dst=/unnamed",
        "--tmpfs",
        "/scratch",
        "--memory",
        "64m",
        "--cap-drop",
        "MKNOD",
        "--hostname",
        "agent-7",
        "--user",
        "0",
        "--workdir",
        "/bin",
        "--network-alias",
        "agent",
        "--stop-signal",
        "TERM",
        "--stop-timeout",
        "7",
        "--ulimit",
        "nofile=512",
        "--log-opt",
        "max-size=1m",
        "--expose",
        "9000",
        "--health-cmd",
        "true",
        "--health-interval",
        "1h",
        "--add-host",
        "here:127.0.0.1",
        "--sysctl",
        "net.ipv4.ip_unprivileged_port_start=80",
        "--pids-limit",
        "50",
        "--read-only",
        "--init",
    ])?;
    stage.docker(&["network", "connect", "--alias", "other-name", "second", WORKSPACE])?;
    let image = stage.image();
    let strangers = ["aws-a", "my-ws-b", "ws-other", "ws-stopped"];
    for name in ["aws-a", "my-ws-b"] {
        stage.docker(&["run", "--detach", "--name", name, "--network", "none", &image])?;
    }
    stage.docker(&["tag", &image, "other:latest"])?;
    stage.docker(&["run", "--detach", "--name", "ws-other", "--network", "none", "other:latest"])?;
    stage.docker(&["create", "--name", "ws-stopped", "--network", "none", &image])?;
    let ids =
        |stage: &Stage| strangers.map(|name| stage.inspect(name).map(|told| told["Id"].to_string()).ok());
    let (before, others) = (stage.inspect(WORKSPACE)?, ids(stage));
    let version = stage.publish(OBEDIENT)?;
    let ended = stage.refresh(&[])?;
    ensure!(
        ended.result == json!({"pulled": [RUNTIME], "failed": [], "recreated": [WORKSPACE]}),
        "{ended:?}"
    );
    let after = stage.inspect(WORKSPACE)?;
    ensure!(stage.version()? == version, "the label is the old image's");
    let env = after["Config"]["Env"].to_string();
    ensure!(env.contains(&format!("RUNTIME_VERSION={version}")), "the variable is the old image's: {env}");
    for (name, was) in kept(&before).as_object().into_iter().flatten() {
        let is = &kept(&after)[name];
        ensure!(was == is, "{name} changed from {was} to {is}");
    }
    ensure!(ids(stage) == others, "a container was touched that is none of ours");
    let again = stage.refresh(&[])?;
    ensure!(again.result == json!({"pulled": [], "failed": [], "recreated": []}), "{again:?}");
    Ok(format!("{} settings compared", kept(&after)["host"].as_object().map_or(0, serde_json::Map::len)))
}

/// The engine compares paths cleaned, and takes no two for one place.
fn volumes(stage: &mut Stage) -> anyhow::Result<String> {
    let image = stage.image();
    stage.docker(&[
        "run",
        "--detach",
        "--name",
        "keeper",
        "--network",
        "none",
        "-v",
        "shared:/shared",
        &image,
    ])?;
    stage.run_workspace(&[
        "--volumes-from",
        "keeper",
        "--volume",
        "work:/work/",
        "--volume",
        "deep:/a//b/../c",
        "--mount",
        "type=volume,dst=/unnamed/",
        "--tmpfs",
        "/scratch",
        "--volume",
        "/scratch/inner",
    ])?;
    let before = kept(&stage.inspect(WORKSPACE)?)["mounts"].clone();
    let version = stage.publish(OBEDIENT)?;
    let ended = stage.refresh(&[])?;
    renewed(stage, &version, &ended)?;
    let after = kept(&stage.inspect(WORKSPACE)?)["mounts"].clone();
    ensure!(before == after, "from {before} to {after}");
    Ok(format!("{} mounts compared", after.as_array().map_or(0, Vec::len)))
}

fn dry_run(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.version()?;
    stage.publish(OBEDIENT)?;
    let mut command = stage.command(&["--dry-run"]);
    let output = crate::process::output(&mut command)?;
    stage.refreshes += 1;
    ensure!(output.contains("hermes: pull ") && output.contains("hermes: replace ws-a"), "{output}");
    ensure!(stage.version()? == before, "it was replaced");
    let asked = stage.passage.exchanges();
    ensure!(asked.iter().all(|exchange| exchange.operation == "HEAD manifest"), "something was pulled");
    Ok(format!("{} lines", output.lines().count()))
}

fn no_recreate(stage: &mut Stage) -> anyhow::Result<String> {
    let (before, version) = (stage.version()?, stage.publish(OBEDIENT)?);
    let ended = stage.refresh(&["--no-recreate"])?;
    ensure!(ended.result == json!({"pulled": [RUNTIME], "failed": [], "recreated": []}), "{ended:?}");
    ensure!(stage.version()? == before, "it was replaced");
    let ended = stage.refresh(&[])?;
    ensure!(ended.result == json!({"pulled": [], "failed": [], "recreated": [WORKSPACE]}), "{ended:?}");
    ensure!(stage.version()? == version, "it was not replaced");
    Ok(String::new())
}

fn remove_only(stage: &mut Stage) -> anyhow::Result<String> {
    let version = stage.publish(OBEDIENT)?;
    let ended = stage.refresh(&["--remove-only"])?;
    ensure!(
        ended.result == json!({"pulled": [RUNTIME], "failed": [], "recreated": [WORKSPACE]}),
        "{ended:?}"
    );
    ensure!(stage.inspect(WORKSPACE).is_err(), "it is still there");
    // what the platform provisions next is the new image
    stage.run_workspace(&[])?;
    ensure!(stage.version()? == version, "the local tag is the old image's");
    Ok(String::new())
}
