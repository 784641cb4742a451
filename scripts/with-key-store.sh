#!/usr/bin/env bash
# with-key-store.sh COMMAND...: runs a command on a session bus of its own with an unlocked, empty key store, which ends with it. The store's
# files lie in a folder that is removed afterwards: nobody's own key store is touched.
set -euo pipefail
if [[ ${BINDERY_KEY_STORE_FOLDER:-} == '' ]]; then
  BINDERY_KEY_STORE_FOLDER=$(mktemp -d)
  export BINDERY_KEY_STORE_FOLDER
  trap 'rm -rf "$BINDERY_KEY_STORE_FOLDER"' EXIT
  dbus-run-session -- bash "$0" "$@"
  exit
fi
printf 'test' | XDG_DATA_HOME=$BINDERY_KEY_STORE_FOLDER gnome-keyring-daemon --unlock --components=secrets \
  --control-directory="$BINDERY_KEY_STORE_FOLDER" >/dev/null 2>&1
unset BINDERY_KEY_STORE_FOLDER
BINDERY_TEST_KEY_STORE=gnome-libsecret exec "$@"
