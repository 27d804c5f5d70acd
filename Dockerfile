# One final stage per action. Build one with
#
#     DOCKER_BUILDKIT=1 docker build --target auto-tag .
#
# which compiles it, or with `--build-arg BINARIES=prebuilt` from static binaries that lie in
# `dist/<architecture>/` of the build context (`amd64`, `arm64`): so the release workflow builds all architectures
# without emulation, and a machine without a registry needs no base image. BuildKit builds only the stages that the
# target needs.

ARG BINARIES=compiled

# What publish tries a wheel with: the Python of the templates' own images, and uv, which can fetch another one.
ARG PYTHON=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
ARG UV=ghcr.io/astral-sh/uv:0.13.0@sha256:cdc6093146eb3ff6a40107b38f008b789e050e77ad87865e381d9917da55a168

# The release it belongs to, for the labels.
ARG VERSION=0.0.0-dev
ARG REVISION=unknown

# Alpine's Rust links musl statically. It is the toolchain of rust-toolchain.toml, which therefore stays outside.
FROM rust:1.95.0-alpine3.22@sha256:064dfc925d68d1a63f4fd2871bd7dc6e6ea56692989a487185855d62885d90aa AS compiled
WORKDIR /source
COPY . .
# One by one: together, each would get the features that the others ask of what they share.
RUN for action in auto-tag cascade publish refresh-images validate-template; do \
        cargo build --release --locked --package "$action" && mv "target/release/$action" / || exit 1; \
    done

FROM scratch AS prebuilt
ARG TARGETARCH
COPY dist/${TARGETARCH}/ /

FROM ${BINARIES} AS binaries

# What holds one static program. Root, and no USER: the runner's command files belong to root and its workspace to somebody
# else.
FROM scratch AS static
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.source="https://github.com/molecule-ai/runtime-actions" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM static AS auto-tag
LABEL org.opencontainers.image.title="auto-tag" \
      org.opencontainers.image.description="From merged pull requests to the next release tag"
COPY --from=binaries /auto-tag /auto-tag
ENTRYPOINT ["/auto-tag"]

FROM static AS cascade
LABEL org.opencontainers.image.title="cascade" \
      org.opencontainers.image.description="Every template told of a release once, and proof of what came of it"
COPY --from=binaries /cascade /cascade
ENTRYPOINT ["/cascade"]

FROM ${UV} AS uv

# No scratch: wheel and sdist are installed and run here, and git carries the mirror's commits.
FROM ${PYTHON} AS publish
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="publish" \
      org.opencontainers.image.description="A Python runtime built, proved, tried and published exactly once" \
      org.opencontainers.image.source="https://github.com/molecule-ai/runtime-actions" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Whatever git the base's Debian has: it is not pinned, so that a rebuild brings its security fixes.
RUN git --version || { \
        apt-get update \
        && apt-get install --yes --no-install-recommends ca-certificates git \
        && rm -rf /var/lib/apt/lists/*; \
    }
COPY --from=uv /uv /usr/local/bin/uv
COPY --from=binaries /publish /usr/local/bin/publish
# A job's workspace is on another file system than uv's cache, across which no hard link goes.
ENV UV_LINK_MODE=copy
ENTRYPOINT ["/usr/local/bin/publish"]

FROM static AS validate-template
LABEL org.opencontainers.image.title="validate-template" \
      org.opencontainers.image.description="Whether a workspace template keeps its contract, and what to mend"
COPY --from=binaries /validate-template /validate-template
ENTRYPOINT ["/validate-template"]

# A host tool: it needs the Docker socket mounted into it, and is no action.
FROM static AS refresh-images
LABEL org.opencontainers.image.title="refresh-images" \
      org.opencontainers.image.description="A host's workspace images kept at what the registry has, and its containers on them"
COPY --from=binaries /refresh-images /refresh-images
# Digests and the lock; kept across containers by a volume.
VOLUME /var/lib/refresh-images
ENTRYPOINT ["/refresh-images"]
