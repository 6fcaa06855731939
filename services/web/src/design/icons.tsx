import type { ReactNode } from "react";

/** Icons are ornaments: what they mean is always said in words beside them or in a label. */
function Icon({ children, filled = false }: { children: ReactNode; filled?: boolean }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" fill={filled ? "currentColor" : "none"}>
      <g stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        {children}
      </g>
    </svg>
  );
}

export const BookmarkIcon = ({ filled }: { filled: boolean }) => (
  <Icon filled={filled}>
    <path d="M6 3.5h12v17l-6-4.6-6 4.6z" />
  </Icon>
);

export const HideIcon = () => (
  <Icon>
    <path d="M4 4l16 16M9.5 5.6A9.6 9.6 0 0 1 12 5.3c5 0 8.3 4.3 9.3 6.7a13 13 0 0 1-2.5 3.6M6.3 7.4A13.6 13.6 0 0 0 2.7 12c1 2.4 4.3 6.7 9.3 6.7 1.5 0 2.9-.4 4.1-1" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="10.5" cy="10.5" r="6.5" />
    <path d="M15.5 15.5L21 21" />
  </Icon>
);

export const PinIcon = () => (
  <Icon>
    <path d="M12 21.5S4.5 15 4.5 9.7a7.5 7.5 0 0 1 15 0C19.5 15 12 21.5 12 21.5z" />
    <circle cx="12" cy="9.7" r="2.5" />
  </Icon>
);

/** What is picked for you. */
export const SparkIcon = () => (
  <Icon>
    <path d="M12 3l2.2 6.3L20.5 12l-6.3 2.7L12 21l-2.2-6.3L3.5 12l6.3-2.7z" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.5c.8-4 3.9-6 7.5-6s6.7 2 7.5 6" />
  </Icon>
);

export const SunIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4" />
  </Icon>
);

export const MoonIcon = () => (
  <Icon>
    <path d="M20.5 14.5A8.7 8.7 0 0 1 9.5 3.5a8.7 8.7 0 1 0 11 11z" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);

export const ChevronIcon = () => (
  <Icon>
    <path d="M6 9.5l6 6 6-6" />
  </Icon>
);

export const RefreshIcon = () => (
  <Icon>
    <path d="M20 11.5a8 8 0 1 0-2.1 6M20 4.5v7h-7" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="M4.5 12.5l5 5 10-11" />
  </Icon>
);
