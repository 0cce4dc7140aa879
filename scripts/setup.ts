// The machine's own proxies, certificates and passwords must not steer a test; one that wants them sets them.
const steering = /^(REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|SSL_CERT_FILE|SSL_CERT_DIR|NETRC|.*_proxy)$/i

for (const name of Object.keys(process.env)) if (steering.test(name)) delete process.env[name]

// An empty name: no .netrc, not that of the home directory either.
process.env["NETRC"] = ""
