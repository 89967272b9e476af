using System.Text;
using Inro.Engine;
using Inro.Server.DockerApi;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Inro.Tests.Server;

public sealed class DockerApiHandlerTests
{
    [Fact]
    public async Task What_the_server_did_not_finish_before_it_stopped_is_no_success()
    {
        DockerApiHandler handler = new(static () => throw new OperationCanceledException(), new CancellationToken(canceled: true));

        (int status, string answer) = await AskAsync(handler, "GET", "/containers/json");

        Assert.Equal(503, status);
        Assert.Contains("stopped before this was done", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/containers/create", "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[null]}}", "null in a list")]
    [InlineData("/containers/create", "{\"Image\":\"a\",\"HostConfig\":{\"Mounts\":[null]}}", "null in a list")]
    [InlineData("/containers/create", "{\"Image\":\"a\",\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{},null]}}}", "null in a list")]
    [InlineData("/containers/create", "{\"Image\":\"a\",\"Env\":[\"A=b\",null]}", "null in a list")]
    [InlineData("/containers/create", "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/etc\\u0000x:/a\"]}}", "a text with a zero byte")]
    [InlineData("/containers/create", "{\"Image\":\"a\",\"Labels\":{\"a\\u0000\":\"b\"}}", "a text with a zero byte")]
    [InlineData("/containers/create", "{\"Image\":\"\\ud800\"}", "surrogate")]
    [InlineData("/containers/one/exec", "{\"Cmd\":[\"a\"],\"Env\":[null]}", "null in a list")]
    public async Task What_no_client_can_mean_is_refused_as_its_mistake(string path, string body, string why)
    {
        DockerApiHandler handler = new(static () => throw new EngineException(ErrorCode.Internal, "it was asked for"), CancellationToken.None);

        (int status, string answer) = await AskAsync(handler, "POST", path, body);

        Assert.Equal(400, status);
        Assert.Contains("invalid JSON", answer, StringComparison.Ordinal);
        Assert.Contains(why, answer, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Answer)> AskAsync(DockerApiHandler handler, string method, string path, string body = "")
    {
        DefaultHttpContext context = new();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        using MemoryStream answer = new();
        context.Response.Body = answer;
        await handler.HandleAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
