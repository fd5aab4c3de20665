#!/bin/sh
# Fills the secrets in and starts Janus; what it records only its own account reads.
set -eu
: "${JANUS_API_SECRET:?}" "${JANUS_ADMIN_KEY:?}" "${JANUS_PUBLIC_ADDRESS:?the address that browsers reach}"
umask 077
mkdir -p /tmp/janus-visits
for template in /etc/janus-visits.d/*.jcfg; do
  sed -e "s|\${JANUS_API_SECRET}|$JANUS_API_SECRET|" -e "s|\${JANUS_ADMIN_KEY}|$JANUS_ADMIN_KEY|" -e "s|\${JANUS_PUBLIC_ADDRESS}|$JANUS_PUBLIC_ADDRESS|" \
    -e "s|/etc/janus-visits|/tmp/janus-visits|" "$template" > "/tmp/janus-visits/${template##*/}"
done
exec janus -F /tmp/janus-visits
