using Inro.Cli.Arguments;
using Inro.Engine.Secrets;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

public sealed class SecretArgumentTests
{
    [Theory]
    [InlineData("key", "/run/secrets/key", 0x124)]
    [InlineData("key,target=other", "/run/secrets/other", 0x124)]
    [InlineData("source=key,target=/etc/key,uid=5,gid=6,mode=0400", "/etc/key", 0x100)]
    public void A_secret_is_a_file_in_the_usual_directory_unless_told_otherwise(string text, string path, int mode)
    {
        SecretRequest secret = SecretArgument.Parse(text);

        Assert.Equal(("key", path, mode, false), (secret.Name, secret.Path, secret.Mode, secret.IsVariable));
    }

    [Theory]
    [InlineData("", "no source found: name a secret")]
    [InlineData("key,other", "invalid field 'other' must be a key=value pair")]
    [InlineData("key,colour=red", "unexpected key 'colour' in 'colour=red'")]
    [InlineData("key,type=pipe", "must be one of mount, env")]
    [InlineData("key,type=env,mode=0400", "UID, GID, Mode options cannot be set with secret type env")]
    [InlineData("key,mode=999", "invalid file mode '999'")]
    public void Others_are_refused_with_the_reason(string text, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => SecretArgument.Parse(text)).Message);
}
