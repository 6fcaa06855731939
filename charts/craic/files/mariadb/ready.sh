#!/bin/sh
# Whether a query is answered, and by the tables that all others depend on.
MYSQL_PWD=$ADMIN_PASSWORD exec mariadb --no-defaults --socket=/run/mysqld/mysqld.sock --user=root --connect-timeout=2 \
  --silent --execute='SELECT 1 FROM mysql.global_priv LIMIT 1' >/dev/null
