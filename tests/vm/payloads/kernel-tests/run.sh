# The tests that talk to a kernel, with the framework that came along. Emulated time is slow: one test at a time, no time-outs of xunit's.
export DOTNET_ROOT=/payload/dotnet INRO_BINARY=/payload/bin/inro DOTNET_TieredPGO=0 DOTNET_TC_QuickJitForLoops=1
# On the disk: before Linux 6.6 a tmpfs keeps no extended attributes of users.
export INRO_SLOW_MACHINE=1 TMPDIR=/var/tmp
# Test images are made of busybox where the tests expect it.
[ -e /bin/busybox ] || ln -s /usr/bin/busybox /bin/busybox
# A stock kernel has these as modules, and tests ask /proc/filesystems.
modprobe -a overlay fuse
status=0
bash ./checks.sh || status=1
for project in Inro.KernelTests Inro.Conformance; do
  echo "== $project on $(uname -r), $(cat /proc/1/comm) as process 1"
  ./dotnet/dotnet "./tests/$project/$project.dll" -noColor -noLogo -parallel none -reporter quiet -longRunning 300 || status=1
done
exit "$status"
