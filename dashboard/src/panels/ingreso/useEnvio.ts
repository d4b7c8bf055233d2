import { useState } from "react";
import { ApiError, ilegible } from "@/lib/api/problema";

/** Sends a form once at a time and keeps what went wrong. */
export function useEnvio() {
  const [enviando, setEnviando] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const send = async (accion: () => Promise<void>) => {
    if (enviando) return;
    setEnviando(true);
    setError(null);
    try {
      await accion();
    } catch (fallo) {
      setError(fallo instanceof ApiError ? fallo : ilegible());
    } finally {
      setEnviando(false);
    }
  };
  return { enviando, error, send };
}
