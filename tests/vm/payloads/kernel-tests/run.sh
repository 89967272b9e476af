# The kernel tests, with the framework that came along. Emulated time is slow: one test at a time, no time-outs of xunit's.
export DOTNET_ROOT=/payload/dotnet INRO_BINARY=/payload/bin/inro DOTNET_TieredPGO=0 DOTNET_TC_QuickJitForLoops=1
export INRO_SLOW_MACHINE=1
# Test images are made of busybox where the tests expect it.
[ -e /bin/busybox ] || ln -s /usr/bin/busybox /bin/busybox
./dotnet/dotnet ./tests/Inro.KernelTests.dll -noColor -noLogo -parallel none -reporter quiet -longRunning 300
