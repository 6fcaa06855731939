# MariaDB for a cluster of tests, from Debian's packages: server, client, dump, a shell, and the user id that MariaDB's
# own images run as. No entry point that makes databases: who deploys it says what is to run.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    mariadb-server-core mariadb-client >/dev/null \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /usr/share/doc /usr/share/man \
  && groupadd --gid 999 mysql \
  && useradd --uid 999 --gid 999 --home-dir /var/lib/mysql --create-home --shell /usr/sbin/nologin mysql
USER 999:999
CMD ["mariadbd"]
