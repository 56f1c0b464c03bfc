export interface PostgresServer {
  readonly folder: string;
  readonly port: number;
  start(): void;
  stop(mode?: 'smart' | 'fast' | 'immediate'): void;
  url(database?: string, who?: string, secret?: string): string;
  end(): void;
}

export function postgresPrograms(): string | undefined;

export function startPostgres(given?: {
  readonly password?: string;
  readonly settings?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}): Promise<PostgresServer>;
