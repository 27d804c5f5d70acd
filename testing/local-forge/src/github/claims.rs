//! A GitHub App's claim to be itself: a JSON Web Token, signed with its key.
//!
//! Verified in earnest, signature and times, as GitHub does:
//! <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use loopback::Response;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

use super::reply::error;
use crate::routing::{Call, token};
use crate::world::World;
use crate::world::apps::App;

/// How long a claim may be valid from now, in seconds.
const LONGEST: i64 = 600;
/// How far the client's clock may run ahead, in seconds.
const SKEW: i64 = 5;

/// The app that the request's claim proves.
pub(super) fn app<'w>(call: &Call<'_>, world: &'w World) -> Result<&'w App, Response> {
    let undecodable = || error(401, "A JSON web token could not be decoded");
    let claim = token(call.request).ok_or_else(undecodable)?;
    let (signed, signature) = claim.rsplit_once('.').ok_or_else(undecodable)?;
    let (head, payload) = signed.split_once('.').ok_or_else(undecodable)?;
    let (head, payload) = (part(head).ok_or_else(undecodable)?, part(payload).ok_or_else(undecodable)?);
    if head["alg"] != "RS256" {
        return Err(undecodable());
    }
    let app = issuer(world, &payload["iss"])?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| undecodable())?;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key(&app.public_key));
    key.verify(signed.as_bytes(), &signature).map_err(|_| undecodable())?;
    check_times(&payload, Timestamp::now().as_second())?;
    Ok(app)
}

fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// The app whose id, or client id, the claim names.
fn issuer<'w>(world: &'w World, named: &Value) -> Result<&'w App, Response> {
    let named = match named {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(error(401, "Missing 'issuer' claim ('iss') in assertion")),
    };
    let mut apps = world.apps.iter();
    let app = apps.find(|app| app.id.to_string() == named || client_id(app) == named);
    app.ok_or_else(|| error(404, "Integration not found"))
}

/// The other name of an app, by which newer ones call themselves.
pub(super) fn client_id(app: &App) -> String {
    format!("Iv23li{:014}", app.id)
}

fn check_times(payload: &Value, now: i64) -> Result<(), Response> {
    let issued = payload["iat"].as_i64().ok_or_else(|| {
        error(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
    })?;
    let expires = payload["exp"].as_i64().ok_or_else(|| {
        error(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        )
    })?;
    if issued > now + SKEW {
        return Err(error(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        ));
    }
    if expires <= now {
        return Err(error(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        ));
    }
    if expires > now + LONGEST {
        return Err(error(401, "'Expiration time' claim ('exp') is too far in the future"));
    }
    Ok(())
}

/// Marks an RSA key inside a `SubjectPublicKeyInfo`: the object id of `rsaEncryption`, and no parameters.
const RSA_ENCRYPTION: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The key itself (PKCS #1) out of a PEM file of either kind; whatever else was given verifies nothing.
fn public_key(pem: &str) -> Vec<u8> {
    let lines: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let der = STANDARD.decode(lines).unwrap_or_default();
    let Some(at) = der.windows(RSA_ENCRYPTION.len()).position(|window| window == RSA_ENCRYPTION) else {
        return der;
    };
    // A bit string follows: its tag, its length in two bytes, no unused bits, the key.
    der.get(at + RSA_ENCRYPTION.len() + 5..).unwrap_or_default().to_vec()
}
