using System.Text.Json;
using Inro.Engine;
using Inro.Engine.Images.Changes;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Tests.Engine.Images.Changes;

/// <summary>Instructions of Dockerfiles as changes of an image's defaults.</summary>
public sealed class ImageChangesTests
{
    [Theory]
    [InlineData("CMD [\"sh\", \"-c\", \"a b\"]", """{"Cmd":["sh","-c","a b"]}""")]
    [InlineData("cmd echo hi", """{"Cmd":["/bin/sh","-c","echo hi"]}""")]
    [InlineData("CMD [not json", """{"Cmd":["/bin/sh","-c","[not json"]}""")]
    [InlineData("ENTRYPOINT [\"/x\"]", """{"Entrypoint":["/x"]}""")]
    [InlineData("ENTRYPOINT []", "{}")]
    [InlineData("ENV A=1 B=\"two words\" C='$A' D=x\\ y", """{"Env":["A=1","B=two words","C=$A","D=x y"]}""")]
    [InlineData("ENV NAME some  value", """{"Env":["NAME=some  value"]}""")]
    [InlineData("ENV A=1\nENV B=$A-${A}-${NO:-none}-${A:+set} A=2", """{"Env":["A=2","B=1-1-none-set"]}""")]
    [InlineData("EXPOSE 80 53/udp 8000-8001", """{"ExposedPorts":{"53/udp":{},"80/tcp":{},"8000/tcp":{},"8001/tcp":{}}}""")]
    [InlineData("LABEL a=b \"c d\"=e", """{"Labels":{"a":"b","c d":"e"}}""")]
    [InlineData("USER 1:2", """{"User":"1:2"}""")]
    [InlineData("VOLUME /a /b", """{"Volumes":{"/a":{},"/b":{}}}""")]
    [InlineData("VOLUME [\"/a b\"]", """{"Volumes":{"/a b":{}}}""")]
    [InlineData("WORKDIR /a\nWORKDIR b/../c", """{"WorkingDir":"/a/c"}""")]
    [InlineData("ONBUILD RUN make\n# a comment\n\nSTOPSIGNAL SIGINT", """{"StopSignal":"SIGINT","OnBuild":["RUN make"]}""")]
    [InlineData("HEALTHCHECK NONE", """{"Healthcheck":{"Test":["NONE"],"Interval":0,"Timeout":0,"StartPeriod":0,"StartInterval":0,"Retries":0}}""")]
    [InlineData("HEALTHCHECK --interval=5s --retries=3 CMD curl -f x", """{"Healthcheck":{"Test":["CMD-SHELL","curl -f x"],"Interval":5000000000,"Timeout":0,"StartPeriod":0,"StartInterval":0,"Retries":3}}""")]
    [InlineData("HEALTHCHECK CMD [\"curl\"]", """{"Healthcheck":{"Test":["CMD","curl"],"Interval":0,"Timeout":0,"StartPeriod":0,"StartInterval":0,"Retries":0}}""")]
    public void An_instruction_changes_what_it_says(string changes, string expected) =>
        Assert.Equal(expected, JsonSerializer.Serialize(ImageChanges.Apply(new ContainerDefaults(), [changes]), OciJson.Default.ContainerDefaults));

    [Theory]
    [InlineData("RUN make", "RUN is not a valid change command")]
    [InlineData("ENV", "at least one argument")]
    [InlineData("ENV A", "two arguments")]
    [InlineData("ENV A=\"x", "a quote does not end")]
    [InlineData("ENV A=${x", "does not end")]
    [InlineData("EXPOSE 70000", "invalid containerPort: 70000")]
    [InlineData("EXPOSE 80/icmp", "invalid proto: icmp")]
    [InlineData("EXPOSE 9-8", "invalid range of ports")]
    [InlineData("STOPSIGNAL NOSUCH", "invalid signal: NOSUCH")]
    [InlineData("ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger")]
    [InlineData("HEALTHCHECK --interval=10us CMD x", "less than 1ms")]
    [InlineData("HEALTHCHECK CMD", "Missing command")]
    [InlineData("HEALTHCHECK --often CMD x", "needs a value")]
    [InlineData("WORKDIR", "exactly one argument")]
    public void What_cannot_be_understood_is_named(string change, string why)
    {
        EngineException refused = Assert.Throws<EngineException>(() => ImageChanges.Apply(new ContainerDefaults(), [change]));

        Assert.Equal(ErrorCode.InvalidArgument, refused.Code);
        Assert.Contains(why, refused.Problem, StringComparison.Ordinal);
        Assert.Contains(change, refused.Problem, StringComparison.Ordinal);
    }
}
