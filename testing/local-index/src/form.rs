//! The form that an archive is uploaded in.
//! <https://docs.pypi.org/api/upload/>

use bytes::Bytes;
use http::header;
use loopback::Request;
use multer::Multipart;

/// An upload as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Every field but the file, in order; lists repeat their name.
    pub(crate) fields: Vec<(String, String)>,
    /// The archive.
    pub(crate) content: Option<Content>,
}

#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) file_name: String,
    pub(crate) bytes: Bytes,
}

impl Form {
    /// Reads a request's body; the error is for people.
    ///
    /// Must be called where the runtime lets it wait: on a blocking thread.
    pub(crate) fn read(request: &Request) -> Result<Self, String> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary =
            multer::parse_boundary(media_type.unwrap_or_default()).map_err(|error| error.to_string())?;
        let body = request.body().clone();
        let body = futures_util::stream::once(async { Ok::<Bytes, std::convert::Infallible>(body) });
        tokio::runtime::Handle::current()
            .block_on(Self::collect(Multipart::new(body, boundary)))
            .map_err(|error| error.to_string())
    }

    async fn collect(mut parts: Multipart<'_>) -> Result<Self, multer::Error> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file_name) if name == "content" => {
                    form.content = Some(Content { file_name, bytes: part.bytes().await? });
                }
                _ => form.fields.push((name, part.text().await?)),
            }
        }
        Ok(form)
    }

    /// The first value of a field; empty when it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every value of a field.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}
