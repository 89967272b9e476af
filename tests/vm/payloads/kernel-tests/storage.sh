# shellcheck shell=bash
# Part of checks.sh: volumes on nfs and cifs served by the machine itself, and project quotas.

storage() {
  nfs_volumes
  cifs_volumes
  size_limits
}

nfs_volumes() {
  local served=$work/served
  mkdir -p "$served" && echo 'over nfs' >"$served/greeting"
  modprobe -a nfsd nfsv4 && mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd
  mkdir -p /run/rpc_pipefs /var/lib/nfs/v4recovery
  echo "$served 127.0.0.1(rw,no_root_squash,no_subtree_check,insecure,fsid=0)" >/etc/exports
  exportfs -ra && rpc.mountd --manage-gids --no-nfs-version 2 --no-nfs-version 3 && rpc.nfsd --no-nfs-version 3 --grace-time 10 --lease-time 10 2
  check 'a volume on nfs is made' remote "$(i volume create --opt type=nfs4 --opt o=addr=localhost,rw,vers=4.2,noresvport --opt device=:/ remote 2>&1)"
  check 'a container reads and writes it' 'over nfs' "$(i run --rm -v remote:/data inro-demo sh -c 'cat /data/greeting; echo back >/data/answer' 2>&1)"
  check 'the server has what was written' back "$(cat "$served/answer" 2>&1)"
  check 'as docker writes it: :/path, type nfs' back "$(i run --rm --mount 'type=volume,src=second,dst=/data,volume-driver=local,volume-opt=type=nfs,volume-opt=device=:/,"volume-opt=o=addr=127.0.0.1,vers=4"' inro-demo cat /data/answer 2>&1)"
  has 'a server that has no address is refused, with the reason' 'error resolving passed in network volume address' "$(i run --rm --mount 'type=volume,src=third,dst=/data,volume-opt=type=nfs,volume-opt=device=:/,"volume-opt=o=addr=no.such.host.invalid"' inro-demo true 2>&1)"
  has 'a folder that is not served is refused, with the reason' 'No such file or directory' "$(i run --rm --mount 'type=volume,src=fourth,dst=/data,volume-opt=type=nfs4,volume-opt=device=:/nosuch,"volume-opt=o=addr=127.0.0.1"' inro-demo true 2>&1)"
  check 'nothing stays mounted' 0 "$(grep -c ' nfs4* ' /proc/self/mountinfo)"
  i volume rm remote second third fourth >/dev/null 2>&1
  check 'what is on the server stays when the volume goes' 'over nfs' "$(cat "$served/greeting")"
  rpc.nfsd 0
  exportfs -ua
  pkill -x rpc.mountd
}

cifs_volumes() {
  local served=$work/shared
  mkdir -p "$served" "$work/samba" && echo 'over smb' >"$served/greeting"
  printf '[global]\nsecurity = user\nserver role = standalone server\ndisable netbios = yes\nsmb ports = 445\nload printers = no\n[share]\npath = %s\nread only = no\n' "$served" >"$work/samba/smb.conf"
  modprobe cifs
  printf 'secret1\nsecret1\n' | smbpasswd -c "$work/samba/smb.conf" -s -a root
  smbd --daemon --configfile="$work/samba/smb.conf" --log-basename="$work/samba"
  printf 'username=root\npassword=secret1\n' >"$work/credentials"
  sleep 3
  check 'a volume on cifs is made' smb "$(i volume create --opt type=cifs --opt device=//localhost/share --opt "o=credentials=$work/credentials,vers=3.0,uid=0" smb 2>&1)"
  check 'a container reads it' 'over smb' "$(i run --rm -v smb:/data inro-demo sh -c 'cat /data/greeting; echo back >/data/answer' 2>&1)"
  check 'and the server has what it wrote' back "$(cat "$served/answer" 2>&1)"
  check 'a password in the options is not shown' 0 "$(i volume create --opt type=cifs --opt device=//localhost/share --opt 'o=username=root,password=secret1' open >/dev/null; i events --since 1h --until 0s | grep -c secret1)"
  has 'a wrong password is refused, with the reason' 'Permission denied' "$(i run --rm --mount 'type=volume,src=wrong,dst=/data,volume-opt=type=cifs,volume-opt=device=//localhost/share,"volume-opt=o=username=root,password=no"' inro-demo true 2>&1)"
  check 'nothing of cifs stays mounted' 0 "$(grep -c ' cifs ' /proc/self/mountinfo)"
  i volume rm smb open wrong >/dev/null 2>&1
  pkill -x smbd
}

size_limits() {
  local disk=$work/disk.img root=$work/quota
  q() { "$inro" --root "$root" "$@"; }
  truncate -s 256m "$disk" && mkfs.ext4 -q -O quota,project -E quotatype=prjquota "$disk" && mkdir -p "$root" &&
    mount -o loop,prjquota "$disk" "$root" || return
  q load -i /payload/image.tar >/dev/null
  q create --name small --storage-opt size=5m inro-demo dd if=/dev/zero of=/file bs=1024k count=20 >/dev/null
  has 'a container writes as much as it may' 'Disk quota exceeded' "$(q start -a small 2>&1)"
  check 'and a status tells of it' 1 "$(q inspect --format '{{.State.ExitCode}}' small)"
  has 'another is not limited' '20+0 records out' "$(q run --rm inro-demo dd if=/dev/zero of=/file bs=1024k count=20 2>&1)"
  check 'what is below the limit is written' 4194304 "$(q run --rm --storage-opt size=5m inro-demo sh -c 'dd if=/dev/zero of=/file bs=1024k count=4 2>/dev/null; mkdir /a; mv /file /a; stat -c %s /a/file')"
  q rm small >/dev/null
  check 'a limit goes with its container' 0 "$(q ps -aq | wc -l)"
  umount "$root"
  rm "$disk"
}
