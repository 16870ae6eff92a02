/** A reference of an image, with what the answer to it has to say. */
export type RefusedImage = { image: string; says: RegExp };

/** References that name another tenant's repositories, another registry, or more than an image. */
export function refusedImages(registry: string): RefusedImage[] {
  const foreign = /begin with "guests\/", and ".*" does not. Write "/;
  const elsewhere = /may not be pushed to .* Allowed are: /;
  const malformed =
    /is not allowed in a repository|has an empty part|contains white space|is not the host of a registry|has capitals|is not a tag|names no repository|no repository before|Write it without|is not a digest/;
  return [
    ...['payments/app', 'app', 'guestsapp', 'guests-2/app', 'a/guests/app'].map(
      repository => ({ image: `${registry}/${repository}`, says: foreign }),
    ),
    ...[
      'evil.example.com/guests/app',
      'localhost/guests/app',
      '127.0.0.1:5000/guests/app',
      `${registry.split(':')[0]}/guests/app`,
    ].map(image => ({ image, says: elsewhere })),
    ...[
      `${registry}/guests/../payments/app`,
      `${registry}/guests/./app`,
      `${registry}/guests//app`,
      `${registry}/guests/`,
      `${registry}/Guests/app`,
      `${registry}/guests/$(params.x)`,
      `${registry}/guests/app --dest-tls-verify=false`,
      `${registry}/guests/app\n--authfile=/etc/passwd`,
      `${registry}/guests/app:$(id)`,
      `${registry}/guests/app:-rf`,
      `${registry}/guests/"app"`,
      `${registry}/guests/app\u2028`,
      `robot:secret@${registry}/guests/app`,
      `${registry}.example.com/guests/app`,
      `docker://${registry}/guests/app`,
      'oci:/image-factory/layout:x',
      '--help/guests/app:1',
    ].map(image => ({ image, says: malformed })),
    {
      image: `${registry}/guests/app@sha256:${'0'.repeat(64)}`,
      says: /names a digest, which is known only once the image is built/,
    },
  ];
}
