//! What an image says of itself.

use local_registry::Door;
use registry::{Digest, Keychain, RegistryError};

use crate::registry::{asked, client, holding, image, wait};

const CONFIG: &str =
    r#"{"architecture":"amd64","config":{"Labels":{"org.opencontainers.image.version":"1.4.0"}}}"#;

fn manifest() -> String {
    format!(r#"{{"schemaVersion":2,"config":{{"digest":"{}"}}}}"#, Digest::of(CONFIG.as_bytes()))
}

#[test]
fn labels_are_read_through_manifest_and_config() {
    let (manifest, config) = (manifest(), Digest::of(CONFIG.as_bytes()));
    let server = holding(Door::Tokens, &[("latest", &manifest), (config.as_str(), CONFIG)]);
    let read =
        wait(client(Keychain::Anonymous).config(&image(&server), &"linux/amd64".parse().unwrap())).unwrap();
    assert_eq!(read.digest, Digest::of(manifest.as_bytes()));
    assert_eq!(read.labels["org.opencontainers.image.version"], "1.4.0");
}

#[test]
fn of_an_image_for_each_platform_the_right_one_is_read() {
    let (manifest, config) = (manifest(), Digest::of(CONFIG.as_bytes()));
    let of_amd64 = Digest::of(manifest.as_bytes());
    let index = format!(
        r#"{{"manifests":[{{"digest":"{}","platform":{{"os":"linux","architecture":"arm64"}}}},
            {{"digest":"{of_amd64}","platform":{{"os":"linux","architecture":"amd64"}}}}]}}"#,
        Digest::of(b"other")
    );
    let texts = [("latest", index.as_str()), (of_amd64.as_str(), &manifest), (config.as_str(), CONFIG)];
    let server = holding(Door::Open, &texts);
    let client = client(Keychain::Anonymous);
    let read = wait(client.config(&image(&server), &"linux/amd64".parse().unwrap())).unwrap();
    assert_eq!(read.digest, Digest::of(index.as_bytes()));
    assert_eq!(read.labels.len(), 1);
    let error = wait(client.config(&image(&server), &"linux/s390x".parse().unwrap())).unwrap_err();
    assert!(error.to_string().contains("lists no image for `linux/s390x`"), "{error}");
}

#[test]
fn bytes_that_are_not_what_was_promised_are_refused() {
    let (manifest, config) = (manifest(), Digest::of(CONFIG.as_bytes()));
    let server = holding(Door::Open, &[("latest", &manifest), (config.as_str(), r#"{"config":{}}"#)]);
    let error = wait(client(Keychain::Anonymous).config(&image(&server), &"linux/amd64".parse().unwrap()));
    assert!(matches!(error, Err(RegistryError::Unexpected { .. })), "{error:?}");
    assert_eq!(asked(&server), ["GET manifest", "GET blob", "GET stored"]);
}
