#!/bin/sh
# Writes the databases named by the arguments as they were at one instant, while others read and write.
set -eu
umask 077
MYSQL_PWD=$MYSQL_PASSWORD exec mariadb-dump --no-defaults --host="$MYSQL_HOST" --port="$MYSQL_PORT" --user="$MYSQL_USER" \
  ${MYSQL_SSL:+--ssl --ssl-verify-server-cert} ${MYSQL_SSL_CA:+--ssl-ca="$MYSQL_SSL_CA"} \
  --single-transaction --quick --skip-lock-tables --no-tablespaces --hex-blob --default-character-set=utf8mb4 \
  --add-drop-database --result-file="$WORK_DIR/databases.sql" --databases "$@"
