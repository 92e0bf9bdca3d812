// Generated from openapi.json by `npm run types`. Do not edit.

export interface paths {
    "/api/agreement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agreement */
        get: operations["ApiAgreementAgreement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts */
        get: operations["ApiAlertsAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/board": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Board */
        get: operations["ApiBoardBoard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cases */
        get: operations["ApiCasesCases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Coverage */
        get: operations["ApiCoverageCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/coverage/here": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Here */
        get: operations["ApiCoverageHereHere"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/evidence/{content}/{item}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evidence */
        get: operations["ApiEvidenceContentItemEvidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/evidence/{content}/{item}/raw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Raw */
        get: operations["ApiEvidenceContentItemRawRaw"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Findings */
        get: operations["ApiFindingsFindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/{finding_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finding */
        get: operations["ApiFindingsFindingIdFinding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log */
        get: operations["ApiLogLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/moving": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Moving */
        get: operations["ApiMovingMoving"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/report/{day}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Report */
        get: operations["ApiReportDayReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reports */
        get: operations["ApiReportsReports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sources */
        get: operations["ApiSourcesSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Status */
        get: operations["ApiStatusStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Timeline */
        get: operations["ApiTimelineTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tracks */
        get: operations["ApiTracksTracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AgreementAnswer */
        AgreementAnswer: {
            areas: components["schemas"]["AreasAnswer"];
            clauses: components["schemas"]["ClauseAnswer"][];
            guarantors: string[];
            id: string;
            parties: string[];
            places: components["schemas"]["PlaceAnswer"][];
            time_zone: string;
            title: {
                [key: string]: string;
            };
            version: string;
        };
        /** AlertAnswer */
        AlertAnswer: {
            amount: number | null;
            area: string;
            article: string;
            at_ms: number;
            clause: string;
            finding: string;
            id: string;
            /** @enum {string} */
            kind: "violated" | "indication" | "source off" | "deadline" | "faults" | "low coverage";
            reason: {
                [key: string]: string;
            };
            source: string;
            title: {
                [key: string]: string;
            };
        };
        /** AlertsAnswer */
        AlertsAnswer: {
            rows: components["schemas"]["AlertAnswer"][];
        };
        /** AlternativeAnswer */
        AlternativeAnswer: {
            deadline: string;
            reading: string;
            /** @enum {string} */
            verdict: "compliant" | "violated" | "not verified";
            why: {
                [key: string]: string;
            };
        };
        /** AreaAnswer */
        AreaAnswer: {
            geometry: components["schemas"]["Geometry"];
            id: string;
            properties: components["schemas"]["AreaFacts"];
            /**
             * @default Feature
             * @constant
             */
            type: "Feature";
        };
        /** AreaFacts */
        AreaFacts: {
            approximate: boolean;
            author: string;
            clauses: string[];
            map_version: string;
            name: {
                [key: string]: string;
            };
        };
        /** AreasAnswer */
        AreasAnswer: {
            features: components["schemas"]["AreaAnswer"][];
            /**
             * @default FeatureCollection
             * @constant
             */
            type: "FeatureCollection";
        };
        /** AssessmentAnswer */
        AssessmentAnswer: {
            officer: string;
            part: string;
            reservation: string;
            text: string;
            verdict: string;
        };
        /** Belief */
        Belief: {
            guarantor: string;
            posterior: number;
            prior: number;
        };
        /** BoardAnswer */
        BoardAnswer: {
            known_ms: number;
            rows: components["schemas"]["BoardRow"][];
            tally: components["schemas"]["Tally"];
        };
        /** BoardRow */
        BoardRow: {
            area: string;
            article: string;
            /** @default  */
            case_id: string;
            clause: string;
            deadline_ms: number | null;
            detection_mean: number | null;
            detection_min: number | null;
            finding: string;
            indication: boolean;
            /** @default  */
            joint: string;
            kind: string;
            reason: {
                [key: string]: string;
            };
            required: number | null;
            stage: string;
            strip: components["schemas"]["Span"][];
            title: {
                [key: string]: string;
            };
            /** @enum {null|string} */
            verdict: "compliant" | "violated" | "not verified" | null;
        };
        /** CaseAnswer */
        CaseAnswer: {
            area: string;
            article: string;
            assessments: components["schemas"]["AssessmentAnswer"][];
            clause: string;
            committed: string[];
            complaints: string[];
            findings: string[];
            id: string;
            opened_by: string;
            opened_ms: number;
            outcome: string;
            rejected: string[];
            title: {
                [key: string]: string;
            };
        };
        /** CasesAnswer */
        CasesAnswer: {
            rows: components["schemas"]["CaseAnswer"][];
        };
        /** CauseShare */
        CauseShare: {
            cause: string;
            share: number;
        };
        /** ClauseAnswer */
        ClauseAnswer: {
            areas: string[];
            article: string;
            basis: string;
            bearer: string[];
            citation: string;
            classes: string[];
            deadline: string;
            deadline_ms: number | null;
            id: string;
            judged: boolean;
            kind: string;
            required: number | null;
            required_measure: string;
            summary: {
                [key: string]: string;
            };
            title: {
                [key: string]: string;
            };
        };
        /** ClauseTime */
        ClauseTime: {
            area: string;
            article: string;
            clause: string;
            spans: components["schemas"]["Span"][];
            title: {
                [key: string]: string;
            };
        };
        /** Count */
        Count: {
            amount: number;
            name: string;
        };
        /** CoverageAnswer */
        CoverageAnswer: {
            cell_m: number;
            classes: string[];
            columns: number;
            end_ms: number;
            lattice: [
                number,
                number
            ][];
            lattice_columns: number;
            lattice_rows: number;
            object_class: string;
            percent: number[];
            rows: number;
            start_ms: number;
            terrain: string;
        };
        /** CoverageHere */
        CoverageHere: {
            at_ms: number;
            lat: number;
            lon: number;
            object_class: string;
            probability: number | null;
            sources: components["schemas"]["SeenBy"][];
            terrain: string;
        };
        /** DetectionPoint */
        DetectionPoint: {
            at_ms: number;
            detection: number;
        };
        /** Ellipse */
        Ellipse: {
            bearing_deg: number;
            major_m: number;
            minor_m: number;
        };
        /** EvidenceAnswer */
        EvidenceAnswer: {
            content: string;
            effective: string;
            /** @default [] */
            faults: string[];
            fields: components["schemas"]["FieldAnswer"][];
            hex: string;
            item: number;
            kind: string;
            length: number;
            means: string;
            seq: number;
            sha256: string;
            shown_length: number;
            shown_offset: number;
            source: string;
            stamp: string;
            standard: string;
        };
        /** EvidenceRow */
        EvidenceRow: {
            address: string;
            amount: number | null;
            azimuth_deg: number | null;
            content: string;
            height_m: number | null;
            item: number;
            kind: string;
            known: string;
            label: string;
            lat: number | null;
            lon: number | null;
            means: string;
            object_class: string;
            range_m: number | null;
            simulated: boolean;
            source: string;
            squawk: string;
            time: string;
            track: string;
        };
        /** ExplanationAnswer */
        ExplanationAnswer: {
            name: string;
            state: string;
            why: {
                [key: string]: string;
            };
        };
        /** FieldAnswer */
        FieldAnswer: {
            hex: string;
            length: number;
            name: string;
            offset: number;
            text: string;
        };
        /** FindingAnswer */
        FindingAnswer: {
            agreement: string;
            alternatives: components["schemas"]["AlternativeAnswer"][];
            beliefs: components["schemas"]["Belief"][];
            case_id: string;
            clause: components["schemas"]["ClauseAnswer"];
            confidence: number;
            counts: components["schemas"]["Count"][];
            deadline: string;
            detection: components["schemas"]["DetectionPoint"][];
            evidence: components["schemas"]["EvidenceRow"][];
            evidence_total: number;
            explanations: components["schemas"]["ExplanationAnswer"][];
            largest_unseen: {
                [key: string]: string;
            };
            map_version: string;
            method: string;
            object_class: string;
            paths: components["schemas"]["PathAnswer"][];
            required: number;
            required_measure: string;
            row: components["schemas"]["FindingRow"];
            seal: string;
            sources: string[];
            superseded_by: string;
            supersedes: string;
            tracks: string[];
            unwatched: components["schemas"]["CauseShare"][];
            version: string;
            watched: number;
        };
        /** FindingRow */
        FindingRow: {
            area: string;
            article: string;
            clause: string;
            detection_mean: number;
            detection_min: number;
            end_ms: number;
            evidence: number;
            id: string;
            indication: boolean;
            likelihood_ratio: number;
            reading: string;
            reason: {
                [key: string]: string;
            };
            stage: string;
            start_ms: number;
            title: {
                [key: string]: string;
            };
            /** @enum {string} */
            verdict: "compliant" | "violated" | "not verified";
            whole_day: boolean;
        };
        /** FindingsAnswer */
        FindingsAnswer: {
            hidden: number;
            offset: number;
            rows: components["schemas"]["FindingRow"][];
            total: number;
        };
        /** Geometry */
        Geometry: {
            coordinates: [
                number,
                number
            ][][];
            /** @enum {string} */
            type: "Polygon" | "MultiLineString";
        };
        /** HeadAnswer */
        HeadAnswer: {
            part: string;
            root: string;
            size: number;
        };
        /** LiveAnswer */
        LiveAnswer: {
            delay_ms: number | null;
            ended: string[];
            heads: components["schemas"]["HeadAnswer"][];
            lanes: string[];
            now_ms: number;
            pace: number;
            revision: number;
            serial: number;
            since: number;
            tick_ms: number;
            tracks: components["schemas"]["TrackAnswer"][];
            whole: boolean;
        };
        /** LogAnswer */
        LogAnswer: {
            heads: components["schemas"]["HeadAnswer"][];
            seal_day: string;
            seal_findings: string;
            seal_mode: string;
            signatures: string[];
        };
        /** PartAnswer */
        PartAnswer: {
            part: string;
            /** @enum {string} */
            state: "you" | "connected" | "away";
        };
        /** PathAnswer */
        PathAnswer: {
            course_deg: number | null;
            name: string;
            points: components["schemas"]["PathPoint"][];
            track: string;
        };
        /** PathPoint */
        PathPoint: {
            at_ms: number;
            ellipse: components["schemas"]["Ellipse"] | null;
            lat: number;
            lon: number;
        };
        /** PlaceAnswer */
        PlaceAnswer: {
            id: string;
            lat: number;
            lon: number;
            name: {
                [key: string]: string;
            };
            principal: boolean;
        };
        /** ReportsAnswer */
        ReportsAnswer: {
            days: string[];
            languages: string[];
        };
        /** SeenBy */
        SeenBy: {
            cause: string;
            probability: number;
            sentence: string;
            source: string;
        };
        /** SourceAnswer */
        SourceAnswer: {
            faults: number;
            home: string;
            last_ms: number | null;
            lat: number | null;
            link: string;
            lon: number | null;
            means: string;
            name: string;
            observations: number;
            owner: string;
            range_m: number;
            simulated: boolean;
            /** @enum {string} */
            state: "up" | "degraded" | "off" | "not due";
            watched: number;
        };
        /** SourcesAnswer */
        SourcesAnswer: {
            rows: components["schemas"]["SourceAnswer"][];
        };
        /** SourceTime */
        SourceTime: {
            gaps: components["schemas"]["Stretch"][];
            source: string;
            watched: components["schemas"]["Stretch"][];
        };
        /** Span */
        Span: {
            end_ms: number;
            finding: string;
            start_ms: number;
            /** @enum {string} */
            verdict: "compliant" | "violated" | "not verified";
        };
        /** StatusAnswer */
        StatusAnswer: {
            agreement: string;
            agreement_title: {
                [key: string]: string;
            };
            agreement_version: string;
            centre: [
                number,
                number
            ];
            day: string;
            duplicates: number;
            end_ms: number;
            exercise: string;
            faults: number;
            heads: components["schemas"]["HeadAnswer"][];
            known_ms: number;
            /** @default  */
            notice: string;
            now_ms: number;
            pace: number;
            part: string;
            parts: components["schemas"]["PartAnswer"][];
            records: number;
            revision: number;
            sources_healthy: number;
            sources_total: number;
            start_ms: number;
            tick_ms: number;
            time_zone: string;
        };
        /** Stretch */
        Stretch: {
            end_ms: number;
            start_ms: number;
            word: string;
        };
        /** Tally */
        Tally: {
            compliant: number;
            not_verified: number;
            pending: number;
            violated: number;
        };
        /** TimelineAnswer */
        TimelineAnswer: {
            area: string;
            area_name: {
                [key: string]: string;
            };
            clauses: components["schemas"]["ClauseTime"][];
            end_ms: number;
            now_ms: number;
            object_class: string;
            required: number | null;
            share: components["schemas"]["DetectionPoint"][];
            share_mean: number | null;
            sources: components["schemas"]["SourceTime"][];
            start_ms: number;
        };
        /** TrackAnswer */
        TrackAnswer: {
            address: string;
            at_ms: number;
            /** @default [] */
            cited: string[];
            climb_mps: number | null;
            course_deg: number | null;
            ellipse: components["schemas"]["Ellipse"] | null;
            existence: number;
            first_ms: number;
            height_m: number | null;
            id: string;
            label: string;
            lane: string;
            lat: number;
            lon: number;
            name: string;
            object_class: string;
            simulated: boolean;
            sources: string[];
            speed_mps: number | null;
            squawk: string;
            /** @enum {string} */
            state: "confirmed" | "tentative" | "coasting";
            /** @default [] */
            trail: [
                number,
                number
            ][];
        };
        /** TracksAnswer */
        TracksAnswer: {
            at_ms: number;
            tracks: components["schemas"]["TrackAnswer"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ApiAgreementAgreement: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgreementAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiAlertsAlerts: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertsAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiBoardBoard: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiCasesCases: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CasesAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiCoverageCoverage: {
        parameters: {
            query?: {
                /** @description one of aircraft, uav, convoy, vehicle, person, fire, shot */
                cls?: string;
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
                /** @description an instant, ISO 8601 with a zone */
                t?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoverageAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiCoverageHereHere: {
        parameters: {
            query: {
                /** @description one of aircraft, uav, convoy, vehicle, person, fire, shot */
                cls?: string;
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
                /** @description degrees WGS84 */
                lat: number;
                /** @description degrees WGS84 */
                lon: number;
                /** @description an instant, ISO 8601 with a zone */
                t?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoverageHere"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiEvidenceContentItemEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description content id of a record */
                content: string;
                /** @description offset of the item in the record's body */
                item: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiEvidenceContentItemRawRaw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description content id of a record */
                content: string;
                /** @description offset of the item in the record's body */
                item: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiFindingsFindings: {
        parameters: {
            query?: {
                /** @description a clause's id; empty: all */
                cl?: string;
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
                /** @description most rows in the answer */
                limit?: number;
                /** @description rows to pass over */
                offset?: number;
                /** @description day, hour, or empty for both */
                span?: string;
                /** @description one of compliant, violated, not verified; empty: all */
                v?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingsAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiFindingsFindingIdFinding: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path: {
                /** @description a finding's id, or its first signs */
                finding_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiLogLog: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiMovingMoving: {
        parameters: {
            query?: {
                /** @description serial of the last batch; -1: everything alive */
                since?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiReportDayReport: {
        parameters: {
            query?: {
                /** @description language of the report */
                lang?: string;
            };
            header?: never;
            path: {
                /** @description a civil day */
                day: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiReportsReports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportsAnswer"];
                };
            };
        };
    };
    ApiSourcesSources: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourcesAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatusStatus: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiTimelineTimeline: {
        parameters: {
            query?: {
                /** @description a clause's id; empty: all */
                cl?: string;
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiTracksTracks: {
        parameters: {
            query?: {
                /** @description an instant, ISO 8601 with a zone */
                k?: string | null;
                /** @description an instant, ISO 8601 with a zone */
                t?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TracksAnswer"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
}
