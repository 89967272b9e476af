#!/bin/sh
# A real reboot under systemd: what runs again afterwards, and what does not. The disk outlives the reboot: the stage stands on it.
set -u
stage=/var/lib/reboot-stage
inro=/usr/local/bin/inro

first_boot() {
  cp ./bin/inro "$inro"
  $inro load -i ./image.tar
  forever='trap "exit 3" TERM; while :; do sleep 1; done'
  $inro run -d --name always --restart always inro-demo sh -c "$forever" >/dev/null
  $inro run -d --name unless --restart unless-stopped inro-demo sh -c "$forever" >/dev/null
  $inro run -d --name failing --restart on-failure inro-demo sh -c "$forever" >/dev/null
  $inro run -d --name plain inro-demo sh -c "$forever" >/dev/null
  $inro run -d --name joined --restart always --network container:always inro-demo sh -c "$forever" >/dev/null
  $inro run -d --name always-stopped --restart always inro-demo sh -c "$forever" >/dev/null
  $inro run -d --name unless-stopped --restart unless-stopped inro-demo sh -c "$forever" >/dev/null
  $inro stop -t 5 always-stopped unless-stopped
  $inro autostart install
  # The unit that runs this switches the machine off when it ends: not this time.
  mkdir -p /run/systemd/system/inro-payload.service.d
  printf '[Service]\nExecStopPost=\n' >/run/systemd/system/inro-payload.service.d/reboot.conf
  systemctl daemon-reload
  cat /proc/sys/kernel/random/boot_id >$stage
  sync
  systemctl reboot
  sleep 600
}

second_boot() {
  test "$(cat $stage)" != "$(cat /proc/sys/kernel/random/boot_id)" || { echo 'not rebooted'; exit 1; }
  systemctl start inro-autostart.service # (waits for it, if it is still at work)
  systemctl --no-pager --plain status inro-autostart.service
  expected='always running
always-stopped running
failing running
joined running
plain exited
unless running
unless-stopped exited'
  found=$($inro ps -a --format '{{.Names}} {{.State}}' | sort)
  echo "$found"
  status=0
  test "$found" = "$expected" || status=1
  test "$($inro exec joined readlink /proc/1/ns/net)" = "$($inro exec always readlink /proc/1/ns/net)" || status=1
  $inro logs always >/dev/null || status=1
  # The unit has ended its work; restarting or removing it ends no container.
  systemctl stop inro-autostart.service
  test "$($inro ps -q | wc -l)" = 5 || { echo 'containers ended with the unit'; status=1; }
  $inro autostart remove || status=1
  $inro rm -f $($inro ps -aq) >/dev/null || status=1
  echo "reboot: status $status"
  exit $status
}

if [ -e $stage ]; then second_boot; else first_boot; fi
