#!/bin/sh
# Starts MariaDB, on its first start with a data directory that is made aside and renamed: a kill in between leaves
# nothing that the next start would take for a whole one.
set -eu
home=${MARIADB_HOME:-/var/lib/mysql}
run=${MARIADB_RUN:-/run/mysqld}
config=${MARIADB_CONFIG:-/etc/craic/my.cnf}
cd "$home"

case $ADMIN_PASSWORD in
  "" | *[\'\\]*)
    echo "the administrator's password is empty, or has a quote or a backslash in it" >&2
    exit 78
    ;;
esac

if [ ! -d data ]; then
  rm -rf .new
  mariadb-install-db --no-defaults ${MARIADB_USER:+--user=$MARIADB_USER} --datadir="$home/.new" --tmpdir="${TMPDIR:-/tmp}" \
    --skip-test-db --skip-name-resolve --auth-root-authentication-method=normal >"$run/install.log" 2>&1 || {
    cat "$run/install.log" >&2
    exit 1
  }
  sync
  mv .new data
fi

# Read before the first connection is taken, at each start: the password is what the Secret says.
umask 077
cat >"$run/init.sql" <<SQL
CREATE USER IF NOT EXISTS '$ADMIN_USER'@'%';
ALTER USER '$ADMIN_USER'@'%' IDENTIFIED BY '$ADMIN_PASSWORD';
GRANT ALL PRIVILEGES ON *.* TO '$ADMIN_USER'@'%' WITH GRANT OPTION;
ALTER USER root@localhost IDENTIFIED BY '$ADMIN_PASSWORD';
DROP USER IF EXISTS ''@localhost, mysql@localhost;
DELETE FROM mysql.global_priv WHERE User IN ('', 'root') AND Host <> 'localhost';
FLUSH PRIVILEGES;
SQL

exec mariadbd --defaults-file="$config" ${MARIADB_USER:+--user=$MARIADB_USER} --init-file="$run/init.sql" "$@"
