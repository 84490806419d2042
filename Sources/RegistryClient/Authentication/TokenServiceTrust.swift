#if Network
  /// Whether a token service belongs to a registry, by their names.
  enum TokenServiceTrust {
    /// Whether the hosts are the same, or names within one registered domain, such as `auth.docker.io` and `registry-1.docker.io`.
    ///
    /// Without the public suffix list, a registered domain is taken to be the last two labels, or the last three where the second is short and
    /// the last is a country's (`co.uk`, `com.au`). Domains under which strangers get names, such as `github.io`, would be taken for one:
    /// those that host registries or pages are listed and need three labels too.
    static func sharesDomain(_ service: String, _ registry: String) -> Bool {
      if service == registry { return true }
      guard let left = registeredDomain(service), let right = registeredDomain(registry) else { return false }
      return left == right
    }

    private static let sharedDomains: Set<String> = [
      "amazonaws.com", "appspot.com", "azurecr.io", "azurewebsites.net", "cloudapp.net", "cloudfront.net", "fly.dev", "github.io",
      "gitlab.io",
      "herokuapp.com", "jfrog.io", "netlify.app", "nip.io", "ngrok.io", "pages.dev", "run.app", "sslip.io", "vercel.app", "web.app",
      "workers.dev", "pkg.dev", "duckdns.org", "windows.net", "scw.cloud", "digitaloceanspaces.com", "ondigitalocean.app", "onrender.com",
    ]

    private static func registeredDomain(_ host: String) -> String? {
      // An address is not within anything.
      guard IPAddress(host) == nil, !host.hasPrefix("[") else { return nil }
      let labels = host.split(separator: ".")
      guard labels.count >= 2 else { return nil }
      let lastTwo = labels.suffix(2).joined(separator: ".")
      let isShared = sharedDomains.contains(lastTwo) || labels[labels.count - 1].utf8.count == 2 && labels[labels.count - 2].utf8.count <= 3
      guard isShared else { return lastTwo }
      return labels.count >= 3 ? labels.suffix(3).joined(separator: ".") : nil
    }
  }
#endif
