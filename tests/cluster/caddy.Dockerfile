# Caddy for a cluster of tests, from Debian's packages.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends caddy >/dev/null \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /usr/share/doc /usr/share/man
USER 65532:65532
CMD ["caddy", "version"]
