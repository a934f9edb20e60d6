using System.Net;

namespace Tributary.SampleMatomo.Http;

/// <summary>The HTML that comes where JSON was expected.</summary>
internal static class Pages
{
    public static string Login { get; } = """
        <!DOCTYPE html>
        <html id="ng-app" >
            <head>
                <meta charset="utf-8">
                <title>Sign in - Matomo</title>
                <meta name="generator" content="Matomo - free/libre analytics platform"/>
                <meta name="robots" content="noindex,nofollow">
            </head>
            <body id="loginPage">
                <form id="login_form" method="post"><input type="text" name="form_login" id="login_form_login"/><input type="password" name="form_password"/></form>
            </body>
        </html>
        """;

    public static string Maintenance { get; } = """
        <!DOCTYPE html>
        <html>
        <head><meta charset="utf-8"><title>Matomo &rsaquo; Maintenance</title></head>
        <body id="simple"><div class="content"><h1>Matomo is in scheduled maintenance. Please come back later.</h1></div></body>
        </html>
        """;

    public static string Firewall { get; } = """
        <html><head><title>403 Forbidden</title></head>
        <body><h1>Request blocked</h1><p>The web application firewall has blocked this request. Incident ID: 7f3a-2211-0c5e</p></body></html>
        """;

    public static string Error(string message) => $"""
        <!DOCTYPE html>
        <html>
        <head>
        	<meta charset="utf-8">
        	<meta name="robots" content="noindex,nofollow">
        	<title>Matomo &rsaquo; Error</title>
        </head>
        <body id="simple">
        <div class="box">
        	<div class="header">
        		<h1>An error occurred</h1>
        	</div>
        	<div class="content"><h2>{WebUtility.HtmlEncode(message)}</h2></div>
        </div>
        </body>
        </html>
        """;
}
