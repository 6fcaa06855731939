import { createConnectQueryKey } from "@connectrpc/connect-query";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useRememberedCity } from "../city/remembered-city.js";
import {
  BookmarkIcon,
  MoonIcon,
  PersonIcon,
  PinIcon,
  SearchIcon,
  SparkIcon,
  SunIcon,
} from "../design/icons.js";
import { useSession } from "../session/session.js";
import { useTheme } from "./theme.js";
import "./header.css";

export function Header() {
  const city = useRememberedCity();
  const { user, isPending } = useSession();
  const [path] = useLocation();
  const freshFeed = useFreshFeed();
  const home = city === undefined ? "/" : `/city/${city.cityId}`;
  const search = city === undefined ? "/search" : `${home}/search`;
  return (
    <header className="top">
      <div className="top-inner">
        <Link href={home} className="wordmark" onClick={freshFeed}>
          Craic
        </Link>
        <Link href="/cities" className="city-switch">
          <PinIcon />
          <span className="visually-hidden">City: </span>
          <span className="city-switch-name">{city?.name ?? "Choose a city"}</span>
        </Link>
        <ThemeSwitch />
        <nav className="tabs" aria-label="Main">
          <Tab href={home} on={path === home} onClick={freshFeed} icon={<SparkIcon />}>
            For you
          </Tab>
          <Tab href={search} on={path.endsWith("/search")} icon={<SearchIcon />}>
            Search
          </Tab>
          <Tab href="/saved" on={path === "/saved"} icon={<BookmarkIcon filled={false} />}>
            Saved
          </Tab>
          {user === undefined ? (
            <Tab
              href="/login"
              on={path === "/login" || path === "/signup"}
              icon={<PersonIcon />}
              waits={isPending}
            >
              Log in
            </Tab>
          ) : (
            <Tab href="/account" on={path === "/account"} icon={<PersonIcon />}>
              {user.displayName}
            </Tab>
          )}
        </nav>
      </div>
    </header>
  );
}

function Tab({
  href,
  on,
  icon,
  children,
  onClick,
  waits = false,
}: {
  href: string;
  on: boolean;
  icon: ReactNode;
  children: string;
  onClick?: () => void;
  /** What it will say is not known yet. */
  waits?: boolean;
}) {
  return (
    <Link
      href={href}
      className={waits ? "tab tab-waits" : "tab"}
      aria-current={on ? "page" : undefined}
      onClick={onClick}
    >
      {icon}
      <span className="tab-text">{children}</span>
    </Link>
  );
}

/** Asking for the feed by its link, rather than by Back, means a new one. */
function useFreshFeed(): () => void {
  const queries = useQueryClient();
  return () => {
    const queryKey = createConnectQueryKey({ schema: FeedService.method.getFeed, cardinality: undefined });
    void queries.resetQueries({ queryKey });
    scrollTo(0, 0);
  };
}

function ThemeSwitch() {
  const [theme, toggle] = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="icon-button theme-switch"
      aria-label={`Switch to ${other} colours`}
      onClick={toggle}
    >
      {theme === "dark" ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}
