using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>Whole small answers, with the headers Go's http package gives them.</summary>
internal static class HttpText
{
    public const string Plain = "text/plain; charset=utf-8";

    /// <summary>Go's http.Error: the text and a line feed, and no guessing of types by browsers.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(context, Plain, text + "\n");
    }

    /// <summary>The response of Go's mux to a path that is not clean or lacks its slash (net/http Redirect).</summary>
    public static Task MovedAsync(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = path;
        return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            ? WriteAsync(context, "text/html; charset=utf-8", $"<a href=\"{WebUtility.HtmlEncode(path)}\">Moved Permanently</a>.\n\n")
            : Task.CompletedTask;
    }

    /// <summary>True for a GET; any other method is answered with 405.</summary>
    public static bool IsGet(HttpContext context, out Task refusal)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            refusal = Task.CompletedTask;
            return true;
        }

        context.Response.Headers.Allow = HttpMethods.Get;
        refusal = ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        return false;
    }

    public static Task WriteAsync(HttpContext context, string contentType, string body) =>
        WriteAsync(context, contentType, Encoding.UTF8.GetBytes(body));

    public static Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }
}
