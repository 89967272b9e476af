using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Inro.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Inro.Server.Http;

/// <summary>One request and its answer. Like a command, it opens the instance for itself: the server holds nothing of it between two requests.</summary>
internal sealed class ApiRequest : IDisposable
{
    /// <summary>A longer body is refused where one is read as a whole: a seccomp profile may be in it.</summary>
    private const int MaxBodyBytes = 8 << 20;

    private const int MaxFormBytes = 1 << 20;

    private readonly HttpContext context;
    private readonly CancellationTokenSource ended;
    private EngineSession? engine;
    private Parameters? parameters;

    /// <summary>Takes a request.</summary>
    /// <param name="context">As the server gives it.</param>
    /// <param name="name">What stands in the place of the name in the path.</param>
    /// <param name="version">The version of the API that the client speaks.</param>
    /// <param name="open">Opens the instance.</param>
    /// <param name="stopping">The server is about to stop.</param>
    public ApiRequest(HttpContext context, string name, ApiVersion version, Func<EngineSession> open, CancellationToken stopping)
    {
        this.context = context;
        Name = Uri.UnescapeDataString(name); // the server leaves escaped slashes as they are
        Version = version;
        Open = open;
        Stopping = stopping;
        ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
    }

    /// <summary>The name or id in the path.</summary>
    public string Name { get; }

    /// <summary>The client wants the head of the answer alone.</summary>
    public bool IsHead => HttpMethods.IsHead(context.Request.Method);

    /// <summary>The version of the API that the client speaks.</summary>
    public ApiVersion Version { get; }

    /// <summary>The engine, opened when it is first asked for.</summary>
    public EngineSession Engine => engine ??= Open();

    /// <summary>The client is gone, or the server stops. Of a hijacked connection only the latter.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>The server stops.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>What was asked with it.</summary>
    public Parameters Parameters => parameters ??= new Parameters(context.Request.Query, ReadForm());

    /// <summary>Whether anything of the answer is on its way: an error can then only be told in the stream.</summary>
    public bool HasAnswered => context.Response.HasStarted || IsHijacked;

    /// <summary>The connection is not HTTP any more.</summary>
    public bool IsHijacked { get; private set; }

    /// <summary>The body as bytes; it can be read once.</summary>
    public Stream Body => context.Request.Body;

    private Func<EngineSession> Open { get; }

    /// <summary>The body as an object; null: there is none, or it is <c>null</c>.</summary>
    /// <exception cref="EngineException">InvalidArgument: it is no JSON, not of the kind that is wanted, or too long.</exception>
    public T? Read<T>(JsonTypeInfo<T> type) where T : class
    {
        byte[] bytes = ReadAll(MaxBodyBytes);
        if (bytes.Length == 0) { return null; }

        if (context.Request.ContentType is not { } kind || !kind.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"unsupported Content-Type header ({context.Request.ContentType}): must be 'application/json'");
        }

        try
        {
            RequireSound(bytes);
            return JsonSerializer.Deserialize(bytes, type);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException) // half a surrogate pair
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"invalid JSON: {wrong.Message}", cause: wrong);
        }
    }

    /// <summary>Answers with a status alone.</summary>
    public void Answer(int status)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status200OK) { context.Response.ContentLength = 0; }
    }

    /// <summary>Answers with an object.</summary>
    public void Answer<T>(int status, T value, JsonTypeInfo<T> type) => Answer(status, "application/json", [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n']);

    /// <summary>Answers with bytes.</summary>
    public void Answer(int status, string contentType, ReadOnlySpan<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        context.Response.Body.Write(body);
    }

    /// <summary>Sets a header of the answer.</summary>
    public void SetHeader(string name, string value) => context.Response.Headers[name] = value;

    /// <summary>Begins an answer whose end is not known; status and headers go out now.</summary>
    public Stream Begin(string contentType)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = contentType;
        context.Response.StartAsync(Ended).GetAwaiter().GetResult();
        context.Response.Body.Flush();
        return context.Response.Body;
    }

    /// <summary>Takes the connection from HTTP; the head of the answer goes out now.</summary>
    public Hijack Hijack(string contentType)
    {
        _ = ReadAll(MaxBodyBytes); // what follows the body is the stream's
        IsHijacked = true;
        return Http.Hijack.Take(context, contentType);
    }

    /// <summary>Cuts an answer off that has begun; a hijacked connection ends by itself.</summary>
    public void Abort()
    {
        if (!IsHijacked) { context.Abort(); }
    }

    /// <summary>Closes the instance.</summary>
    public void Dispose()
    {
        engine?.Dispose();
        ended.Dispose();
    }

    // Of null in a list Go makes an empty item, which nobody means, and nothing behind it expects null. No text of the API can hold a zero byte: most become the kernel's.
    private static void RequireSound(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        for (JsonTokenType before = JsonTokenType.None; reader.Read(); before = reader.TokenType)
        {
            JsonTokenType kind = reader.TokenType;
            if (kind == JsonTokenType.Null && reader.CurrentDepth > 0 && before != JsonTokenType.PropertyName) { throw new JsonException("null in a list"); }

            bool isEscaped = kind is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped; // only an escape makes one
            if (isEscaped && reader.GetString()!.Contains('\0', StringComparison.Ordinal)) { throw new JsonException("a text with a zero byte"); } // not null: a text
        }
    }

    private byte[] ReadAll(int most)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        for (int count; (count = context.Request.Body.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > most) { throw new EngineException(ErrorCode.InvalidArgument, $"the body of the request is longer than {most} bytes"); }
        }

        return bytes.ToArray();
    }

    private Dictionary<string, StringValues> ReadForm()
    {
        bool isForm = context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        return isForm ? QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(ReadAll(MaxFormBytes))) : [];
    }
}
