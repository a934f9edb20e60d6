using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>Failures of a storage as failures for people: one ordered table, the first row that fits counts.</summary>
internal static class S3Errors
{
    private sealed record Rule(string Code, Fault Fault, string[] Codes, string Message, bool IsTransient = false);

    // Error codes of Amazon's S3, which the storages like it send too.
    private static readonly Rule[] Rules =
    [
        new("destination.sign_in", Fault.Setup, ["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "TokenRefreshRequired", "InvalidSecurity", "AuthorizationHeaderMalformed"], "{host} does not accept the access key ({code}). Check the key, its secret and the region. {said}"),
        new("destination.clock", Fault.Setup, ["RequestTimeTooSkewed", "RequestExpired"], "The clock of this machine and that of {host} differ too much for a signature to be valid. Set this machine's clock. {said}"),
        new("destination.no_bucket", Fault.Setup, ["NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "301"], "There is no bucket '{bucket}' at {host} ({code}). Check its name, its region and whether it has to stand in the path of the address; make it if it is missing. {said}"),
        new("destination.denied", Fault.Setup, ["AccessDenied", "AllAccessDisabled", "AccountProblem", "Forbidden", "403"], "{host} does not let this access key do this in '{path}' ({code}). It has to be allowed to list the bucket, and to read, write and remove objects under its prefix. {said}"),
        new("destination.disk_full", Fault.Destination, ["QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507", "EntityTooLarge"], "{host} has no room left for '{path}' ({code}). The table is as it was. Make room, or raise the quota, and run again. {said}"),
        new(FilesErrors.MissingFile, Fault.Destination, ["NoSuchKey", "NotFound", "404"], "'{path}' is not there. Files of a table must not be moved or removed; read the DataSet again with --full. {said}"),
        new("destination.unreachable", Fault.Destination, ["SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "BadGateway", "GatewayTimeout", "503", "502", "504", "500"], "{host} cannot answer now ({code}). Try again later. {said}", true),
        new("destination.engine", Fault.Destination, [""], "{host} refused '{path}' ({code}). {said}"),
    ];

    public static bool IsMissingKey(AmazonS3Exception e) => e.ErrorCode is "NoSuchKey" or "NotFound" || (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket");

    public static TributaryException Explain(Exception e, string path, string host, string bucket)
    {
        if (StagingErrors.IsDiskFull(e))
        {
            return StagingErrors.Explain(e, "the staging folder");
        }

        if (e is not AmazonServiceException { ErrorCode: { Length: > 0 } code } service || IsNetwork(e))
        {
            return new TributaryException("destination.unreachable", Fault.Destination, $"{host} cannot be reached: {Innermost(e)} Check the address, the network and, with https, the certificate.", e) { IsTransient = true };
        }

        var status = ((int)service.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var rule = Rules.First(r => r.Codes.Any(c => c.Length == 0 || c == code || c == status && code == service.StatusCode.ToString()));
        var message = rule.Message
            .Replace("{host}", host, StringComparison.Ordinal)
            .Replace("{bucket}", bucket, StringComparison.Ordinal)
            .Replace("{path}", path, StringComparison.Ordinal)
            .Replace("{code}", code, StringComparison.Ordinal)
            .Replace("{said}", $"The storage says: {service.Message.Trim().TrimEnd('.')}.", StringComparison.Ordinal);

        // The cause stays out: what the library keeps of a request has its signature.
        return new TributaryException(rule.Code, rule.Fault, message) { IsTransient = rule.IsTransient };
    }

    private static bool IsNetwork(Exception e) => e is HttpRequestException or IOException || (e.InnerException is { } inner && (inner is SocketException || IsNetwork(inner)));

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e.Message.Trim().TrimEnd('.') + ".";
    }
}
