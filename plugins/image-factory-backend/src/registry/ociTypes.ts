/** A reference to a blob, as the OCI image specification has it. */
export type OciDescriptor = {
  mediaType: string;
  digest: string;
  size: number;
  platform?: OciPlatform;
  annotations?: Record<string, string>;
  /** Of an artifact that is no image. */
  artifactType?: string;
};

/** What an image runs on. */
export type OciPlatform = {
  os?: string;
  architecture?: string;
  variant?: string;
};

/** One image manifest with its blobs. */
export type OciManifest = {
  descriptor: OciDescriptor;
  config: OciDescriptor;
  layers: OciDescriptor[];
  /** Such as `linux/amd64`. */
  platform: string;
  /** Config and layers as they are stored, compressed where they are. */
  sizeBytes: number;
};

/** What an OCI image layout holds. */
export type OciImage = {
  /** Of the manifest, or of the index where there are several. */
  digest: string;
  mediaType: string;
  /** Set where there is one platform only. */
  platform: string | undefined;
  /** Config and layers of all manifests, each blob once. */
  sizeBytes: number;
  descriptor: OciDescriptor;
  manifests: OciManifest[];
};
