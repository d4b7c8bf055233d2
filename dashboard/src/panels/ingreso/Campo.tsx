import { useId, type InputHTMLAttributes } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  rotulo: string;
  ayuda?: string;
}

export function Campo({ rotulo, ayuda, ...entrada }: Props) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-semibold">
        {rotulo}
      </label>
      <input
        id={id}
        required
        aria-describedby={ayuda ? `${id}-ayuda` : undefined}
        className="min-h-11 rounded border border-borde bg-papel px-3 text-base"
        {...entrada}
      />
      {ayuda && (
        <p id={`${id}-ayuda`} className="text-xs text-tenue">
          {ayuda}
        </p>
      )}
    </div>
  );
}
