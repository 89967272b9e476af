namespace Inro.Engine;

/// <summary>What kind of failure a caller has to decide on. The set is the one that gRPC services of the container world share.</summary>
public enum ErrorCode
{
    /// <summary>A defect of ours, or something that no other code names.</summary>
    Internal,

    /// <summary>The request itself can never succeed: a malformed name, a bad combination of options.</summary>
    InvalidArgument,

    /// <summary>No container, image, network or volume has that name or id.</summary>
    NotFound,

    /// <summary>A name or id is taken.</summary>
    AlreadyExists,

    /// <summary>The caller lacks a privilege.</summary>
    PermissionDenied,

    /// <summary>A limit is reached: disk, memory, processes, descriptors.</summary>
    ResourceExhausted,

    /// <summary>The object's state forbids the request: remove of a running container, exec in a stopped one.</summary>
    Conflict,

    /// <summary>The host is not prepared: a missing file system, an older kernel, no subordinate ids.</summary>
    PreconditionFailed,

    /// <summary>The object is already in the wanted state; a client treats it as success.</summary>
    NotModified,

    /// <summary>Understood, but not available in this version or on this host.</summary>
    NotImplemented,

    /// <summary>A partner does not answer now: a shim, a registry.</summary>
    Unavailable,

    /// <summary>A deadline passed.</summary>
    DeadlineExceeded,

    /// <summary>The caller gave up.</summary>
    Canceled,

    /// <summary>Stored data is damaged or is not what its digest says.</summary>
    DataLoss,

    /// <summary>A registry or service wants credentials.</summary>
    Unauthenticated,
}
