#!/bin/sh
# Replaces the databases by those of a dump.
set -eu
MYSQL_PWD=$MYSQL_PASSWORD exec mariadb --no-defaults --host="$MYSQL_HOST" --port="$MYSQL_PORT" --user="$MYSQL_USER" \
  ${MYSQL_SSL:+--ssl --ssl-verify-server-cert} ${MYSQL_SSL_CA:+--ssl-ca="$MYSQL_SSL_CA"} \
  --default-character-set=utf8mb4 --binary-mode <"$WORK_DIR/databases.sql"
